"""How far the probabilities can be taken at their word: calibration, likelihood, top-k."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.metrics.statistics.replicates import check_known_truth, check_replicates
from components.metrics.statistics.weighted import Floats, ratio, weighted_sums
from components.results import Predictions

N_BINS = 15
"""Equal-width bins of confidence for the expected calibration error, as in Guo et al. (2017)."""

EDGES: Floats = np.linspace(0, 1, N_BINS + 1)


def probability_metrics(scores: Floats, y_true: NDArray[np.int64], weights: Floats, top_k: int) -> dict[str, Floats]:
    """Metrics of the probabilities themselves.

    top_K_accuracy: the truth is among the K highest scores, ties going to the later class as in
    scikit-learn; only where there are more than K classes. ece: expected calibration error (Guo et al. 2017),
    the mean over photos of |accuracy - confidence| of their bin, 15 equal-width bins. log_loss: mean of
    -ln p(truth), p clipped to float64's epsilon as in scikit-learn. brier: mean squared distance of a row to
    the truth's one-hot row, summed over classes, from 0 to 2 (Brier 1950).

    Args:
        scores: (n, C) rows of probabilities.
        y_true: (n,) indices into the columns.
        weights: (n, B) counts; see `components.metrics.statistics.weighted`.
        top_k: K of the top-K accuracy.

    Returns:
        (B,) each; NaN for a resample without photos.
    """
    n, n_classes = scores.shape
    photos = weights.sum(axis=0)
    truth = scores[np.arange(n), y_true]
    epsilon = np.finfo(np.float64).eps
    means: dict[str, Floats] = {}
    if n_classes > top_k:
        ranking = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :top_k]
        means[f"top_{top_k}_accuracy"] = (ranking == y_true[:, None]).any(axis=1).astype(np.float64)
    means["log_loss"] = -np.log(np.clip(truth, epsilon, 1 - epsilon))
    means["brier"] = (scores**2).sum(axis=1) - 2 * truth + 1

    _, confidence, right = _bin_totals(scores, y_true, weights)
    gap = np.abs(right - confidence).sum(axis=0)
    metrics = {name: ratio(values @ weights, photos, np.nan) for name, values in means.items()}
    return metrics | {"ece": ratio(gap, photos, np.nan)}


def expected_calibration_error(predictions: Predictions) -> float:
    """`ece` of one replicate; see `probability_metrics`."""
    table = calibration_table([predictions])
    gaps = (table["accuracy"] - table["confidence"]).abs() * table["photos"]
    return float(gaps.sum() / table["photos"].sum())


def calibration_table(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """Confidence against accuracy, the photos of all replicates pooled.

    Confidence is the highest score, and right means that the class with that score is the truth.

    Returns:
        15 rows, one a bin (low, high] of confidence: low, high, photos, and the bin's mean confidence and
        accuracy, NaN where it is empty.

    Raises:
        DataError: When the replicates cannot be compared or a true label is `UNKNOWN`.
    """
    check_replicates(replicates)
    check_known_truth(replicates)
    scores = np.concatenate([one.scores for one in replicates])
    y_true = np.concatenate([one.y_true for one in replicates])
    totals = _bin_totals(scores, y_true, np.ones((len(scores), 1)))
    photos, confidence, right = (total[:, 0] for total in totals)
    return pd.DataFrame(
        {
            "low": EDGES[:-1],
            "high": EDGES[1:],
            "photos": photos.astype(np.int64),
            "confidence": ratio(confidence, photos, np.nan),
            "accuracy": ratio(right, photos, np.nan),
        }
    )


def _bin_totals(scores: Floats, y_true: NDArray[np.int64], weights: Floats) -> tuple[Floats, Floats, Floats]:
    """(15, B) each, by bin of confidence: photos, sum of their confidence, how many were right."""
    confidence = scores.max(axis=1)
    right = (scores.argmax(axis=1) == y_true).astype(np.float64)
    bins = np.searchsorted(EDGES[1:-1], confidence, side="left")
    return (
        weighted_sums(bins, N_BINS, weights),
        weighted_sums(bins, N_BINS, weights, confidence),
        weighted_sums(bins, N_BINS, weights, right),
    )
