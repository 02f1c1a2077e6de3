"""Open-set predictions from the outputs of trained networks: fit a detector, choose its threshold, reject unknowns."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from components.data import NEW_KIND, NOVELTY, SPLITS, Manifest
from components.detectors import Detector, NoDetector, Outputs
from components.errors import DataError
from components.heads import OpenHead, first_outputs, known_or_rest_rows
from components.metrics import acceptance_threshold
from components.results import UNKNOWN, Predictions
from components.wording import counted
from experiments.models.network_output import NetworkOutput


@dataclass(frozen=True)
class OpenSetResult:
    """Open-set predictions of one model for its test photos.

    Attributes:
        predictions: Predictions for the n test photos.
        novelty: (n,) whether the kind of an unknown photo was seen in training or is new (`components.data.NOVELTY`);
            "" for known photos.
        threshold: Photos with a higher unknown score are rejected; NaN where the head itself decides.
        detector: The fitted detector; None where the head itself decides, and for folds.
        fold_thresholds: Threshold of each fold, of which `threshold` is the mean; empty without folds.
    """

    predictions: Predictions
    novelty: NDArray[np.object_]
    threshold: float
    detector: Detector | None = None
    fold_thresholds: tuple[float, ...] = ()


def open_set_rows(head: OpenHead, manifest: Manifest) -> NDArray[np.int64]:
    """Return the rows of all splits that are of a known class or of the rest."""
    rows = np.unique(np.concatenate([manifest.rows(split) for split in SPLITS]))
    return known_or_rest_rows(manifest, rows, head.rest)


def reject_unknowns(
    head: OpenHead, detector: Detector, target_tpr: float, manifest: Manifest, outputs: Sequence[NetworkOutput]
) -> OpenSetResult:
    """Score the photos of one model with a detector, and reject test photos above a threshold chosen on validation.

    The detector is fitted on the known training photos: their features, and the logits of the known classes of the
    network that separates these classes. With a detector that returns no scores (`detector=none`), the unknown score
    and the labels of the head are kept.

    Args:
        head: Head of the model.
        detector: Unfitted detector; a copy of it is fitted.
        target_tpr: Share of the known validation photos that the threshold accepts.
        manifest: Photos with split and the column `NOVELTY`.
        outputs: Outputs of each network of the model, all for the same rows (see `open_set_rows`).

    Raises:
        DataError: No test photo is of the rest, or a threshold is needed and there are no known validation photos.
    """
    check_rest(head, manifest.label[manifest.rows("test")])
    return result_of_split(head, detector, target_tpr, manifest, outputs)


def result_of_split(
    head: OpenHead, detector: Detector, target_tpr: float, manifest: Manifest, outputs: Sequence[NetworkOutput]
) -> OpenSetResult:
    """Return what `reject_unknowns` does, for any test photos; arguments as there."""
    rows = outputs[0].rows
    is_test = np.isin(rows, manifest.rows("test"))
    novelty = manifest.extra[NOVELTY][rows]
    fitted = fit_rejection(head, detector, target_tpr, manifest, outputs)
    is_new = np.asarray(novelty == NEW_KIND, dtype=np.bool_)
    result = replace(fitted.predictions, new_unknown=is_new)
    return OpenSetResult(result.take(is_test), novelty[is_test], fitted.threshold, fitted.detector)


def check_rest(head: OpenHead, labels: NDArray[np.object_]) -> None:
    """Raise DataError if none of the labels of the test photos is that of the rest."""
    if not (labels == head.rest).any():
        raise DataError(
            f"The test split has no photo of the rest (label {head.rest!r}). Set head.rest to the label of the rest, "
            "or use split=class_holdout, which makes some classes the rest"
        )


@dataclass(frozen=True)
class Rejection:
    """A fitted detector and its threshold, applied to all rows of a model's outputs.

    Attributes:
        predictions: Predictions for the rows.
        threshold: Photos with a higher unknown score are rejected; NaN where the head itself decides.
        detector: The fitted detector; None where the head itself decides.
    """

    predictions: Predictions
    threshold: float
    detector: Detector | None


def fit_rejection(
    head: OpenHead, detector: Detector, target_tpr: float, manifest: Manifest, outputs: Sequence[NetworkOutput]
) -> Rejection:
    """Fit a detector on the known training photos and its threshold on the known validation photos of one model.

    Args:
        head: See `reject_unknowns`, as for all parameters.
        detector: See there.
        target_tpr: See there.
        manifest: See there.
        outputs: See there.

    Raises:
        DataError: A threshold is needed and there are no known validation photos.
    """
    rows = outputs[0].rows
    predictions = head.predictions(manifest, rows, [output.logits for output in outputs])
    fitted, scores = fit_detector(head, detector, manifest, predictions, outputs)
    if np.isnan(scores).all():
        return Rejection(predictions, float("nan"), None)
    is_validation = np.isin(rows, manifest.rows("validation")) & (predictions.y_true != UNKNOWN)
    threshold = acceptance_threshold(scores[is_validation], target_tpr)
    labels = np.where(scores > threshold, UNKNOWN, predictions.scores.argmax(axis=1)).astype(np.int64)
    return Rejection(replace(predictions, unknown_score=scores, y_pred=labels), threshold, fitted)


def fit_detector(
    head: OpenHead,
    detector: Detector,
    manifest: Manifest,
    predictions: Predictions,
    outputs: Sequence[NetworkOutput],
) -> tuple[Detector, NDArray[np.float64]]:
    """Fit a copy of the detector on the known training photos, and score all rows of the outputs.

    Args:
        head: Head of the model.
        detector: Unfitted detector.
        manifest: Photos with split.
        predictions: Predictions of the head for the rows of the outputs.
        outputs: Outputs of each network of the model.

    Returns:
        The fitted detector, and its (n,) unknown scores of the rows.
    """
    network = outputs[head.known_classes_network]
    n_classes = len(predictions.class_names)
    detector_inputs = Outputs(network.features(), network.logits[:, :n_classes])
    is_train = np.isin(network.rows, manifest.rows("train")) & (predictions.y_true != UNKNOWN)
    classifier = first_outputs(network.classifier(), n_classes)
    fitted = copy.deepcopy(detector).fit(detector_inputs.rows(is_train), predictions.y_true[is_train], classifier)
    return fitted, fitted.score(detector_inputs)


def open_set_warnings(head: OpenHead, detector: Detector, results: Sequence[OpenSetResult]) -> tuple[str, ...]:
    """Return warnings for the record of a run: nothing is rejected, or a replicate gives all photos one score.

    Args:
        head: Head of the models.
        detector: Detector of the run.
        results: Result of each replicate.
    """
    warnings = []
    if not head.rejects and isinstance(detector, NoDetector):
        warnings.append(
            f"{type(head).__name__} rejects nothing by itself, and detector=none sets no threshold: every photo of the "
            "rest is assigned a class, which lowers accuracy, F1, kappa and unknown_rejection; auroc, fpr95_* and oscr "
            "are computed from 1 - highest probability. To reject photos, set a detector (detector=msp uses the same "
            "score) or a head that rejects (rest_class, dual_cnn)"
        )
    constant = [replicate for replicate, result in enumerate(results) if np.ptp(result.predictions.unknown_score) == 0]
    if constant:
        numbers = ", ".join(map(str, constant))
        warnings.append(
            f"{len(constant)} of {counted(len(results), 'replicate')} (number {numbers}, counted from 0) gave all test "
            "photos the same unknown score: AUROC 0.5. In the hidden layer of that network all ReLU units are dead. "
            "Widen the layer (head.hidden=8), remove it (head.hidden=null) or use other seeds"
        )
    return tuple(warnings)
