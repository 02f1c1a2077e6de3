"""Metrics of scored pairs of photos, with confidence intervals from resamples of objects."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.metrics.statistics import Estimate, Floats, block_size, interval, ratio, resample


@dataclass(frozen=True)
class ScoredPairs:
    """m pairs of photos: all candidate pairs, and the pairs of one object that are not candidates.

    Attributes:
        score: (m,) similarity, higher = more similar; -inf for pairs that are not candidates.
        decided: (m,) bool, predicted to show the same object.
        same: (m,) bool, truly of the same object.
        left: (m,) str, object of the first photo.
        right: (m,) str, object of the second photo.
    """

    score: Floats
    decided: NDArray[np.bool_]
    same: NDArray[np.bool_]
    left: NDArray[np.object_]
    right: NDArray[np.object_]


def pair_metrics(
    pairs: ScoredPairs, *, precision: float = 0.95, n_resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> dict[str, Estimate]:
    """Compute metrics of scores and decisions of pairs.

    The bootstrap draws objects with replacement: the weight of a pair of two objects is the product of their counts,
    the weight of a pair of one object is its count. Drawing pairs instead would give intervals that are too narrow,
    since pairs share photos.

    Args:
        pairs: Pairs to evaluate.
        precision: Precision at which recall is computed.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by name: average_precision (as in scikit-learn); recall_at_precision_P, the highest recall at a
        threshold with precision of at least P/100, 0 if there is none; f1, precision and recall of the decisions;
        found, the proportion of pairs of one object that are candidates. `n` is the number of pairs of one object.

    Raises:
        DataError: When no pair is of one object.
    """
    if not pairs.same.any():
        raise DataError("no pair of photos is of one object: there is nothing to measure")
    order = np.argsort(-pairs.score, kind="stable")
    score = pairs.score[order]
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True) & np.isfinite(score))
    names, codes = np.unique(np.concatenate([pairs.left, pairs.right]).astype(str), return_inverse=True)
    left, right = codes.reshape(2, -1)[:, order]
    same, decided = pairs.same[order], pairs.decided[order]
    candidate = np.isfinite(score)
    recall_name = f"recall_at_precision_{round(100 * precision)}"

    def weighted_metrics(weights: Floats) -> Mapping[str, Floats]:
        """Compute each metric, (B,), for (m, B) weights of the pairs."""
        positives = np.where(same[:, None], weights, 0.0)
        total = positives.sum(axis=0)
        hits, retrieved = np.cumsum(positives, axis=0)[ends], np.cumsum(weights, axis=0)[ends]
        precisions, recalls = ratio(hits, retrieved, 0.0), ratio(hits, total[None], np.nan)
        steps = np.diff(recalls, axis=0, prepend=0.0)
        reached = np.where(precisions >= precision - 1e-12, recalls, 0.0)
        predicted, true_positives = weights[decided].sum(axis=0), positives[decided].sum(axis=0)
        return {
            "average_precision": (steps * precisions).sum(axis=0),
            recall_name: reached.max(axis=0, initial=0.0),
            "f1": ratio(2 * true_positives, predicted + total, np.nan),
            "precision": ratio(true_positives, predicted, np.nan),
            "recall": ratio(true_positives, total, np.nan),
            "found": ratio(positives[candidate].sum(axis=0), total, np.nan),
        }

    def measure(_: int, drawn: Floats) -> Mapping[str, Floats]:
        return weighted_metrics(np.where(same[:, None], drawn[left], drawn[left] * drawn[right]))

    whole = weighted_metrics(np.ones((len(score), 1)))
    block = block_size(len(score), len(names))
    resampled = resample(measure, [np.arange(len(names))], len(names), n_resamples, block, np.random.default_rng(seed))
    n = int(same.sum())
    found = {}
    for name, values in whole.items():
        value = float(values[0])
        low, high = interval(name, np.array([value]), resampled[name], len(names), confidence)
        found[name] = Estimate(value, low, high, n, (value,))
    return found
