"""From what trained networks give to open-set predictions: the detector, its threshold, and who is rejected."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from components.data import NEW_KIND, NOVELTY, SPLITS, Manifest
from components.detectors import Detector, NoDetector, Outputs
from components.errors import DataError
from components.heads import OpenHead, first_outputs, open_rows
from components.metrics import acceptance_threshold
from components.results import UNKNOWN, Predictions
from experiments.models.replicates import Output


@dataclass(frozen=True)
class OpenSetResult:
    """One model's test photos, judged.

    Attributes:
        predictions: Of the n test photos.
        novelty: (n,) of each photo of the rest whether its kind was seen in training or is new; "" for the known.
        threshold: Photos with a higher unknown score are rejected; NaN where the head itself decides.
    """

    predictions: Predictions
    novelty: NDArray[np.object_]
    threshold: float


def open_rows_of(head: OpenHead, manifest: Manifest) -> NDArray[np.int64]:
    """Rows of every split, of the known classes or of the rest."""
    rows = np.unique(np.concatenate([manifest.rows(split) for split in SPLITS]))
    return open_rows(manifest, rows, head.rest)


def judge(
    head: OpenHead, detector: Detector, target_tpr: float, manifest: Manifest, outputs: Sequence[Output]
) -> OpenSetResult:
    """Let the detector score what the networks of one model gave, and reject by a threshold chosen on validation.

    A detector that scores nothing (`none`) leaves the head's own score and labels. Any other looks at the network
    that tells the known classes apart, at the logits of these classes, and is fitted on their training photos.

    Args:
        head: Of the model.
        detector: Not fitted; it is copied.
        target_tpr: Share of the known validation photos to accept.
        manifest: Split, with the column `novelty`.
        outputs: Of each of the model's networks, all for the same rows.

    Raises:
        DataError: There are no test photos of the rest, or a threshold is needed and there are no validation photos.
    """
    rows = outputs[0].rows
    own = head.predictions(manifest, rows, [one.logits for one in outputs])
    tested = np.isin(rows, manifest.rows("test"))
    if not (own.y_true[tested] == UNKNOWN).any():
        raise DataError(
            f"The test has no photo of the rest ({head.rest!r}): name its label with head.rest, or take "
            "split=class_holdout, which makes a rest of some classes"
        )
    scores = detector_scores(head, detector, manifest, own, outputs)
    threshold, labels = float("nan"), own.y_pred
    if np.isnan(scores).all():
        scores = own.unknown_score
    else:
        validated = np.isin(rows, manifest.rows("validation")) & (own.y_true != UNKNOWN)
        threshold = acceptance_threshold(scores[validated], target_tpr)
        labels = np.where(scores > threshold, UNKNOWN, own.scores.argmax(axis=1)).astype(np.int64)
    novelty = manifest.extra[NOVELTY][rows]
    judged = replace(own, unknown_score=scores, y_pred=labels, new_unknown=novelty == NEW_KIND)
    return OpenSetResult(judged.of(tested), novelty[tested], threshold)


def open_set_warnings(head: OpenHead, detector: Detector, judged: Sequence[OpenSetResult]) -> tuple[str, ...]:
    """What a reader of the figures must know: that nothing can be rejected, or that a score tells no photos apart."""
    found = []
    if not head.rejects and isinstance(detector, NoDetector):
        found.append(
            f"{type(head).__name__} rejects nothing by itself, and detector=none sets no threshold: every photo of the "
            "rest gets a class. accuracy, F1, kappa and unknown_rejection say so; auroc, fpr95 and oscr rank by 1 - "
            "highest probability. To reject, take a detector (detector=msp scores the same) or a head that does "
            "(rest_class, dual_cnn)"
        )
    dead = [replicate for replicate, one in enumerate(judged) if np.ptp(one.predictions.unknown_score) == 0]
    if dead:
        numbers = ", ".join(map(str, dead))
        found.append(
            f"{len(dead)} of {len(judged)} replicates (number {numbers}, from 0) give all test photos the same unknown "
            "score: their AUROC is 0.5. The hidden layer of the network that gives it has died (no ReLU unit answers "
            "to any photo): widen it (head.hidden=8), do without it (head.hidden=null), or take other seeds"
        )
    return tuple(found)


def detector_scores(
    head: OpenHead, detector: Detector, manifest: Manifest, own: Predictions, outputs: Sequence[Output]
) -> NDArray[np.float64]:
    """(len(rows),) unknown scores of one detector, fitted on the training photos of the known classes."""
    looked_at = outputs[head.among_known]
    count = len(own.class_names)
    given = Outputs(looked_at.features(), looked_at.logits[:, :count])
    fitted_on = np.isin(looked_at.rows, manifest.rows("train")) & (own.y_true != UNKNOWN)
    classifier = first_outputs(looked_at.classifier(), count)
    one = copy.deepcopy(detector).fit(given.rows(fitted_on), own.y_true[fitted_on], classifier)
    return one.score(given)
