"""Closed-set classification metrics with intervals, from the predictions of one or several trained models."""

import logging
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from components.metrics.auc import auc_metrics
from components.metrics.bootstrap import (
    mean_over_replicates,
    percentile_interval,
    photo_weights,
    replicate_weights,
)
from components.metrics.calibration import probability_metrics
from components.metrics.confusion import confusion_metrics, weighted_confusion
from components.metrics.estimate import Estimate
from components.metrics.replicates import check_known_truth, check_replicates, label_names
from components.metrics.weighted import Floats
from components.metrics.wilson import accuracy_interval
from components.predictions import Predictions

log = logging.getLogger(__name__)

BLOCK_ELEMENTS = 2_000_000
"""Numbers held for one array of a block of resamples (16 MB): keeps memory flat whatever the photos and classes."""

BLOCKS_WORTH_A_BAR = 8


def classification_metrics(
    replicates: Sequence[Predictions],
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    top_k: int = 2,
) -> dict[str, Estimate]:
    """Measure models that differ by their seed, and say how sure each number is.

    A value is the mean over the replicates. Its interval is a percentile bootstrap in two levels: test
    photos, drawn from all that occur in any replicate, so that replicates share the draw of the photos
    they share; and, when there are several, the replicates themselves. Accuracy has Wilson's score
    interval instead, with the effective sample size of `effective_sample_size`. A photo that was called
    `UNKNOWN` counts as wrong, under a label of its own.

    A metric that cannot be computed (such as an AUC when all photos are of one class) is NaN, with a
    warning; resamples in which it cannot are left out of its interval, with a warning too.

    Args:
        replicates: Predictions of each trained model, of the same classes; of the same or of different photos.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage aimed at by the intervals.
        seed: Of the bootstrap.
        top_k: K of `top_K_accuracy`, which is there when there are more than K classes.

    Returns:
        By name: accuracy, balanced_accuracy, {precision, recall, f1}_{weighted, macro}, kappa (see
        `confusion_metrics`), auc_ovo, auc_ovr (see `auc_metrics`), top_K_accuracy, log_loss, brier, ece
        (see `probability_metrics`).

    Raises:
        DataError: When the replicates cannot be compared or a true label is `UNKNOWN`.
    """
    check_replicates(replicates)
    check_known_truth(replicates)
    size = len(label_names(replicates))
    rows, photos = rows_of_photos(replicates)
    whole = [_measure(one, np.ones((len(one), 1)), size, top_k) for one in replicates]
    resampled = _resampled(replicates, rows, photos, size, top_k, n_resamples, seed)

    estimates: dict[str, Estimate] = {}
    for name in whole[0]:
        values = tuple(float(one[name][0]) for one in whole)
        value = math.fsum(values) / len(values)
        if math.isnan(value):
            log.warning("%s is undefined on these %d test photos: it is left NaN", name, photos)
            low = high = math.nan
        elif name == "accuracy":
            low, high = accuracy_interval(values, photos, confidence)
        else:
            undefined = int(np.isnan(resampled[name]).sum())
            if undefined:
                log.warning("%s is undefined in %d of %d resamples, left out", name, undefined, n_resamples)
            low, high = percentile_interval(resampled[name], confidence)
        estimates[name] = Estimate(value=value, low=low, high=high, n=photos, values=values)
    return estimates


def rows_of_photos(replicates: Sequence[Predictions]) -> tuple[list[NDArray[np.int64]], int]:
    """For each replicate the (n,) number of its photos among all distinct ones, and how many those are."""
    numbers: dict[str, int] = {}
    rows = [
        np.array([numbers.setdefault(photo, len(numbers)) for photo in one.ids.tolist()], dtype=np.int64)
        for one in replicates
    ]
    return rows, len(numbers)


def _measure(predictions: Predictions, weights: Floats, size: int, top_k: int) -> dict[str, Floats]:
    """Every metric of one replicate for each column of the (n, B) weights."""
    scores, y_true = predictions.scores, predictions.y_true
    return (
        confusion_metrics(weighted_confusion(predictions, weights, size))
        | auc_metrics(scores, y_true, weights)
        | probability_metrics(scores, y_true, weights, top_k)
    )


def _resampled(
    replicates: Sequence[Predictions],
    rows: Sequence[NDArray[np.int64]],
    photos: int,
    size: int,
    top_k: int,
    n_resamples: int,
    seed: int,
) -> Mapping[str, Floats]:
    """(B,) each metric's mean over replicates in every resample of photos and replicates."""
    for_photos, for_replicates = np.random.default_rng(seed).spawn(2)
    block = max(1, BLOCK_ELEMENTS // max(photos, size**2))
    n_blocks = -(-n_resamples // block)
    blocks = track(
        photo_weights(photos, n_resamples, block, for_photos),
        total=n_blocks,
        description="bootstrap",
        console=Console(stderr=True),
        transient=True,
        disable=n_blocks < BLOCKS_WORTH_A_BAR,
    )
    parts: list[list[dict[str, Floats]]] = [[] for _ in replicates]
    for weights in blocks:
        for part, one, row in zip(parts, replicates, rows, strict=True):
            part.append(_measure(one, weights[row], size, top_k))
    drawn = replicate_weights(len(replicates), n_resamples, for_replicates)
    return {
        name: mean_over_replicates(np.stack([np.concatenate([block[name] for block in part]) for part in parts]), drawn)
        for name in parts[0][0]
    }
