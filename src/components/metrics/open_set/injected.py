"""How well photos with an injected fault are found: metrics of rankings and of sets of photos, with intervals."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from components.metrics.open_set.ranking import ranking_metrics
from components.metrics.statistics import Estimate, Floats, interval, ratio, resample

Mask = NDArray[np.bool_]

BLOCK = 256
"""Resamples computed at once."""


def injected_metrics(
    injected: Mask,
    rankings: Mapping[str, Floats],
    sets: Mapping[str, Mask],
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Compute how well injected faults are found by scores, and by sets of photos that were named.

    Args:
        injected: (n,) whether the photo has an injected fault.
        rankings: (n,) scores, higher = more likely a fault, by the suffix of their metrics; the first has suffix "".
        sets: (n,) photos that were named as faulty, by the suffix of their metrics.
        n_resamples: Number of bootstrap resamples of the photos.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.

    Returns:
        Estimates by name. For each ranking precision_at_injected (the share of injected faults among as many photos of
        the highest score), auroc and average_precision; for each set precision and recall; for each ranking but the
        first gain_NAME, its average precision minus that of the first, in the same resamples. NaN without faults.
    """
    n = len(injected)

    def measure(_: int, weights: Floats) -> Mapping[str, Floats]:
        return weighted_metrics(injected, rankings, sets, weights)

    whole = {name: float(values[0]) for name, values in measure(0, np.ones((n, 1))).items()}
    resampled = resample(measure, [np.arange(n)], n, n_resamples, BLOCK, np.random.default_rng(seed))
    return {
        name: Estimate(value, *interval(name, np.array([value]), resampled[name], n, confidence), n=n, values=(value,))
        for name, value in whole.items()
    }


def weighted_metrics(
    injected: Mask, rankings: Mapping[str, Floats], sets: Mapping[str, Mask], weights: Floats
) -> dict[str, Floats]:
    """Compute each metric of `injected_metrics`, (B,), for (n, B) counts of the photos."""
    faults = injected.astype(np.float64) @ weights
    found: dict[str, Floats] = {}
    for suffix, score in rankings.items():
        ranked = ranking_metrics(score, ~injected, ~injected, weights, {"": injected})
        found[f"precision_at_injected{suffix}"] = precision_at_injected(injected, score, weights)
        found[f"auroc{suffix}"] = ranked["auroc"]
        found[f"average_precision{suffix}"] = ranked["aupr_unknown"]
    for suffix, named in sets.items():
        right = (injected & named).astype(np.float64) @ weights
        found[f"precision{suffix}"] = ratio(right, named.astype(np.float64) @ weights, np.nan)
        found[f"recall{suffix}"] = ratio(right, faults, np.nan)
    for suffix in list(rankings)[1:]:
        found[f"gain{suffix}"] = found[f"average_precision{suffix}"] - found["average_precision"]
    return found


def precision_at_injected(injected: Mask, score: Floats, weights: Floats) -> Floats:
    """Return the share of faults among as many photos of the highest score as there are faults.

    Of photos with equal scores that are not all among these, each counts with the same share.

    Args:
        injected: (n,) whether the photo has a fault.
        score: (n,) higher = more likely a fault.
        weights: (n, B) counts of the photos.

    Returns:
        (B,) shares; NaN without faults.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    drawn = weights[order]
    up_to = np.cumsum(drawn, axis=0)[ends]
    faults_up_to = np.cumsum(drawn * injected[order, None], axis=0)[ends]
    sizes, faults = (np.diff(total, axis=0, prepend=0.0) for total in (up_to, faults_up_to))
    total = faults_up_to[-1]
    taken = np.clip(total - (up_to - sizes), 0.0, sizes)
    return ratio((taken * ratio(faults, sizes, 0.0)).sum(axis=0), total, np.nan)


def injected_items(injected: Mask, score: Floats) -> dict[str, Floats]:
    """Return what each fault adds to the metrics of a ranking: they are the means of these over the faults.

    Args:
        injected: (n,) whether the photo has a fault.
        score: (n,) higher = more likely a fault.

    Returns:
        (n,) by name; NaN for photos without a fault.
    """
    at, count = np.flatnonzero(injected), int(injected.sum())
    above = np.array([(score > score[row]).sum() for row in at])
    ties = np.array([(score == score[row]).sum() for row in at])
    faults = np.array([(score[injected] >= score[row]).sum() for row in at])
    sound = np.array([(score[~injected] < score[row]).sum() + (score[~injected] == score[row]).sum() / 2 for row in at])
    values = {
        "precision_at_injected": np.clip((count - above) / np.maximum(ties, 1), 0.0, 1.0),
        "auroc": sound / max(1, len(score) - count),
        "average_precision": faults / np.maximum(above + ties, 1),
    }
    found = {}
    for name, of_faults in values.items():
        found[name] = np.full(len(score), np.nan)
        found[name][at] = of_faults
    return found
