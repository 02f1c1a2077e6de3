"""Metrics of predicted probabilities: calibration error, log loss, Brier score, top-k accuracy."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.metrics.classification.replicates import check_known_truth, check_replicates
from components.metrics.statistics import Floats, ratio, weighted_sums
from components.results import Predictions

N_BINS = 15
"""Equal-width bins of confidence for the expected calibration error, as in Guo et al. (2017)."""

EDGES: Floats = np.linspace(0, 1, N_BINS + 1)


def probability_metrics(scores: Floats, y_true: NDArray[np.int64], weights: Floats, top_k: int) -> dict[str, Floats]:
    """Compute metrics of predicted probabilities.

    - top_K_accuracy: proportion of photos whose true class is among the K highest scores. Ties go to the later class,
      as in scikit-learn. Only when there are more than K classes.
    - ece: expected calibration error (Guo et al. 2017), the mean over photos of |accuracy - confidence| of their bin,
      with 15 equal-width bins.
    - ece_debiased: ece less b, the ece that a calibrated model with these confidences would have: with few photos in a
      bin it is not 0 (about .09 for 150 photos at an accuracy of .5, .03 at .97). For a calibrated model it is right on
      average, and may be negative; for others it is too low by up to b, as ece is too high by up to b. The comparison
      with a calibrated model is Bröcker & Smith's (2007, Weather and Forecasting 22), in closed form: a bin with the
      variance v, the sum of p(1-p), has the mean absolute deviation of a normal distribution, sqrt(2v/pi), or 2v where
      that is less, as it is for a single photo.
    - log_loss: mean of -ln p(true class), with p clipped to float64's epsilon as in scikit-learn.
    - brier: mean squared distance between the probabilities and the one-hot true label, summed over classes, from 0 to
      2 (Brier 1950).

    Args:
        scores: (n, C) probabilities.
        y_true: (n,) indices into the columns.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        top_k: K of the top-K accuracy.

    Returns:
        (B,) each; NaN for a resample without photos.
    """
    n, n_classes = scores.shape
    photos = weights.sum(axis=0)
    true_class = scores[np.arange(n), y_true]
    epsilon = np.finfo(np.float64).eps
    per_photo: dict[str, Floats] = {}
    if n_classes > top_k:
        ranking = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :top_k]
        per_photo[f"top_{top_k}_accuracy"] = (ranking == y_true[:, None]).any(axis=1).astype(np.float64)
    per_photo["log_loss"] = -np.log(np.clip(true_class, epsilon, 1 - epsilon))
    per_photo["brier"] = (scores**2).sum(axis=1) - 2 * true_class + 1

    _, confidence, correct, variance = _bin_totals(scores, y_true, weights)
    gap = np.abs(correct - confidence).sum(axis=0)
    by_chance = np.minimum(np.sqrt(2 * variance / np.pi), 2 * variance).sum(axis=0)
    metrics = {name: ratio(values @ weights, photos, np.nan) for name, values in per_photo.items()}
    return metrics | {"ece": ratio(gap, photos, np.nan), "ece_debiased": ratio(gap - by_chance, photos, np.nan)}


def expected_calibration_error(predictions: Predictions) -> float:
    """Return the expected calibration error of one replicate; see `probability_metrics`."""
    table = calibration_table([predictions])
    gaps = (table["accuracy"] - table["confidence"]).abs() * table["photos"]
    return float(gaps.sum() / table["photos"].sum())


def calibration_table(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """Compute accuracy by bin of confidence, with the photos of all replicates pooled.

    Confidence is the highest score of a photo; a photo is correct when the class with that score is the true one.

    Args:
        replicates: Predictions of each replicate.

    Returns:
        15 rows, one per bin (low, high] of confidence, with the columns low, high, photos (their number), and mean
        confidence and accuracy, NaN in empty bins.

    Raises:
        DataError: When the replicates cannot be averaged or a true label is `UNKNOWN`.
    """
    check_replicates(replicates)
    check_known_truth(replicates)
    scores = np.concatenate([replicate.scores for replicate in replicates])
    y_true = np.concatenate([replicate.y_true for replicate in replicates])
    totals = _bin_totals(scores, y_true, np.ones((len(scores), 1)))
    photos, confidence, correct, _ = (total[:, 0] for total in totals)
    return pd.DataFrame(
        {
            "low": EDGES[:-1],
            "high": EDGES[1:],
            "photos": photos.astype(np.int64),
            "confidence": ratio(confidence, photos, np.nan),
            "accuracy": ratio(correct, photos, np.nan),
        }
    )


def _bin_totals(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return by bin of confidence p, (15, B) each: number of photos, sum of p, number correct, sum of p(1-p)."""
    confidence = scores.max(axis=1)
    correct = (scores.argmax(axis=1) == y_true).astype(np.float64)
    bins = np.searchsorted(EDGES[1:-1], confidence, side="left")
    return (
        weighted_sums(bins, N_BINS, weights),
        weighted_sums(bins, N_BINS, weights, confidence),
        weighted_sums(bins, N_BINS, weights, correct),
        weighted_sums(bins, N_BINS, weights, np.maximum(confidence * (1 - confidence), 0)),
    )
