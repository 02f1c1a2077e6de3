"""Closed-set classification metrics with intervals, from the predictions of one or several trained models."""

from collections.abc import Sequence

from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import probability_metrics
from components.metrics.classification.confusion import confusion_metrics, weighted_confusion
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.replicates import check_known_truth, check_replicates, label_names
from components.metrics.statistics.resampling import estimates
from components.metrics.statistics.weighted import Floats
from components.results import Predictions


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

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        one = replicates[number]
        return (
            confusion_metrics(weighted_confusion(one, weights, size))
            | auc_metrics(one.scores, one.y_true, weights)
            | probability_metrics(one.scores, one.y_true, weights, top_k)
        )

    return estimates(replicates, measure, per_photo=size**2, n_resamples=n_resamples, confidence=confidence, seed=seed)
