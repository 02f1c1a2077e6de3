"""Closed-set classification metrics with confidence intervals."""

from collections.abc import Sequence

from components.metrics.classification.auc import auc_metrics
from components.metrics.classification.calibration import probability_metrics
from components.metrics.classification.confusion import confusion_metrics, weighted_confusion
from components.metrics.classification.replicates import check_known_truth, check_replicates, label_names
from components.metrics.statistics import Estimate, Floats, estimates
from components.results import Predictions


def classification_metrics(
    replicates: Sequence[Predictions],
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    top_k: int = 2,
) -> dict[str, Estimate]:
    """Compute closed-set metrics of models that differ in their seed, with confidence intervals.

    A value is the mean over the replicates. Its interval (`statistics.intervals`) has two sources: the test photos, in
    a bootstrap that draws from all that occur in any replicate (so that replicates share the draws of the photos they
    share), and the variance of the replicates when there are several. The accuracy of one replicate has Wilson's score
    interval without a bootstrap. ece and ece_debiased, whose bias has opposite signs, share an interval of the
    calibration error. A photo predicted as `UNKNOWN` counts as wrong, under a label of its own.

    A metric that cannot be computed (such as an AUC when all photos are of one class) is NaN, with a warning; resamples
    in which it cannot be computed are ignored for its interval, also with a warning. A metric that is the same in every
    resample, although it could be better and worse, has no interval (NaN), with a warning: kappa, when every photo is
    predicted as one class.

    Args:
        replicates: Predictions of each replicate, of the same classes; the test photos may differ.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.
        top_k: K of `top_K_accuracy`, which is computed when there are more than K classes.

    Returns:
        Estimates by name: accuracy, balanced_accuracy, {precision, recall, f1}_{weighted, macro}, kappa (see
        `confusion_metrics`), auc_ovo, auc_ovr (see `auc_metrics`), top_K_accuracy, log_loss, brier, ece, ece_debiased
        (see `probability_metrics`).

    Raises:
        DataError: When the replicates cannot be averaged or a true label is `UNKNOWN`.
    """
    check_replicates(replicates)
    check_known_truth(replicates)
    n_labels = len(label_names(replicates))

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        replicate = replicates[number]
        return (
            confusion_metrics(weighted_confusion(replicate, weights, n_labels))
            | auc_metrics(replicate.scores, replicate.y_true, weights)
            | probability_metrics(replicate.scores, replicate.y_true, weights, top_k)
        )

    return estimates(
        replicates,
        measure,
        elements_per_resample=n_labels**2,
        n_resamples=n_resamples,
        confidence=confidence,
        seed=seed,
    )
