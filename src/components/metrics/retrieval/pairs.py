"""How well pairs of photos of one object are told from others; intervals from resamples of objects, not of pairs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.statistics.bootstrap import percentile_interval, photo_weights
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.resampling import BLOCK_ELEMENTS
from components.metrics.statistics.weighted import Floats, ratio


@dataclass(frozen=True)
class ScoredPairs:
    """m pairs: all that were looked at, and those of one object that were not.

    Attributes:
        score: (m,) higher = more alike; -inf for pairs that were not looked at.
        decided: (m,) bool, taken to be of one object.
        same: (m,) bool, of one object.
        left: (m,) str, object of one photo.
        right: (m,) str, object of the other.
    """

    score: Floats
    decided: NDArray[np.bool_]
    same: NDArray[np.bool_]
    left: NDArray[np.object_]
    right: NDArray[np.object_]


def pair_metrics(
    pairs: ScoredPairs, *, precision: float = 0.95, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> dict[str, Estimate]:
    """Measure scores and decisions.

    Objects are drawn with replacement; a pair of two objects counts as often as both of them are drawn together
    (the product), a pair of one object as often as that one is. Pairs share photos, so that drawing them one by one
    would make intervals too narrow.

    Args:
        pairs: What is measured.
        precision: At which recall is measured.
        n_resamples: Draws.
        confidence: Coverage aimed at.
        seed: Of the draws.

    Returns:
        average_precision (as scikit-learn has it), recall_at_precision_P (the highest recall from whose threshold on
        precision is at least P/100; 0 where it never is), f1, precision and recall of the decisions, found (share of
        the pairs of one object that were looked at). `n` is the number of pairs of one object.

    Raises:
        DataError: There is no pair of one object.
    """
    if not pairs.same.any():
        raise DataError("no pair of photos is of one object: there is nothing to measure")
    order = np.argsort(-pairs.score, kind="stable")
    score = pairs.score[order]
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True) & np.isfinite(score))
    names, place = np.unique(np.concatenate([pairs.left, pairs.right]).astype(str), return_inverse=True)
    left, right = place.reshape(2, -1)[:, order]
    same, decided = pairs.same[order], pairs.decided[order]
    looked = np.isfinite(score)
    at = f"recall_at_precision_{round(100 * precision)}"

    def measure(weights: Floats) -> Mapping[str, Floats]:
        """(B,) each, for (m, B) weights."""
        right_ones = np.where(same[:, None], weights, 0.0)
        total = right_ones.sum(axis=0)
        hits, taken = np.cumsum(right_ones, axis=0)[ends], np.cumsum(weights, axis=0)[ends]
        precisions, recalls = ratio(hits, taken, 0.0), ratio(hits, total[None], np.nan)
        steps = np.diff(recalls, axis=0, prepend=0.0)
        reached = np.where(precisions >= precision - 1e-12, recalls, 0.0)
        of_decided, right_decided = weights[decided].sum(axis=0), right_ones[decided].sum(axis=0)
        return {
            "average_precision": (steps * precisions).sum(axis=0),
            at: reached.max(axis=0, initial=0.0),
            "f1": ratio(2 * right_decided, of_decided + total, np.nan),
            "precision": ratio(right_decided, of_decided, np.nan),
            "recall": ratio(right_decided, total, np.nan),
            "found": ratio(right_ones[looked].sum(axis=0), total, np.nan),
        }

    whole = measure(np.ones((len(score), 1)))
    block = max(1, BLOCK_ELEMENTS // max(len(score), len(names)))
    parts = [
        measure(np.where(same[:, None], drawn[left], drawn[left] * drawn[right]))
        for drawn in photo_weights(len(names), n_resamples, block, np.random.default_rng(seed))
    ]
    n = int(same.sum())
    found = {}
    for name, values in whole.items():
        value = float(values[0])
        resampled = np.concatenate([one[name] for one in parts])
        ends_of = (math.nan, math.nan) if math.isnan(value) else percentile_interval(resampled, confidence)
        found[name] = Estimate(value, *ends_of, n, (value,))
    return found
