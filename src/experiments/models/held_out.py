"""Held-out predictions of a cross-validation: each photo by models that were not trained on it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.detectors import Detector
from components.heads import OpenHead
from components.results import Predictions
from experiments.models.open_set import fit_detector
from experiments.models.pooling import pooled
from experiments.models.replicates import Replicates
from experiments.models.training_splits import TrainingSplit, tested_splits


def held_out_predictions(
    replicates: Replicates, head: OpenHead, detector: Detector, splits: Sequence[TrainingSplit]
) -> Predictions:
    """Train one model per fold, and predict its test photos; no model of all photos is trained.

    Args:
        replicates: The replicates, not yet trained, with features.
        head: Their head.
        detector: Unfitted detector; a copy is fitted on the training photos of each fold. With one that returns no
            scores, the unknown score of the head is kept.
        splits: Folds of all replicates, as `set_up_training` returns them.

    Returns:
        Predictions of all photos of the known classes: probabilities and unknown scores are means over the replicates.

    Raises:
        DataError: The folds have different classes, or there are too few photos for the detector.
    """
    folds = tested_splits(splits)
    flat = list(chain.from_iterable(folds))
    outputs = replicates.outputs(flat, [known_rows(head, split.manifest) for split in flat])
    parts: dict[int, list[Predictions]] = {split.replicate: [] for split in flat}
    for split, of_split in zip(flat, outputs, strict=True):
        predictions = head.predictions(split.manifest, of_split[0].rows, [output.logits for output in of_split])
        _, scores = fit_detector(head, detector, split.manifest, predictions, of_split)
        if not np.isnan(scores).all():
            predictions = replace(predictions, unknown_score=scores)
        parts[split.replicate].append(predictions.take(np.isin(of_split[0].rows, split.manifest.rows("test"))))
    return mean_predictions([pooled(of_replicate, flat[0].manifest)[0] for of_replicate in parts.values()])


def known_rows(head: OpenHead, manifest: Manifest) -> NDArray[np.int64]:
    """Return the rows of training and test photos of the known classes."""
    is_used = np.isin(manifest.split, ("train", "test")) & np.isin(manifest.label, head.class_names(manifest))
    return np.flatnonzero(is_used)


def mean_predictions(replicates: Sequence[Predictions]) -> Predictions:
    """Return the mean of the probabilities and unknown scores of replicates that predict the same photos."""
    first = replicates[0]
    assert all((other.ids == first.ids).all() for other in replicates)
    scores = np.mean([one.scores for one in replicates], axis=0)
    return replace(
        first,
        scores=scores,
        y_pred=scores.argmax(axis=1).astype(np.int64),
        unknown_score=np.mean([one.unknown_score for one in replicates], axis=0),
    )
