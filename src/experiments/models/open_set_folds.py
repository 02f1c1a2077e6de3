"""Open-set results of a replicate whose photos are tested in folds: unknowns, detectors and thresholds of each fold."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from components.data import NEW_KIND, NOVELTY, Manifest
from components.detectors import Detector, NoDetector
from components.errors import DataError
from components.heads import OpenHead
from experiments.models.network_output import NetworkOutput
from experiments.models.open_set import OpenSetResult, check_rest, reject_unknowns, result_of_split
from experiments.models.pooling import pooled
from experiments.models.training_splits import ALL, TrainingSplit, tested_splits


def with_unknowns(splits: Sequence[TrainingSplit], unknowns: Callable[..., Manifest]) -> list[TrainingSplit]:
    """Apply a protocol for unknowns to the splits of a run.

    All folds of a replicate hold out the same kinds. They are decided on the test photos of all folds together, as a
    fold may have no photo of a kind. The model of all photos is trained on all kinds.

    Args:
        splits: Splits of all replicates and folds.
        unknowns: Called with a manifest and `seed`; see `components.data.new_kinds`.
    """
    found: list[TrainingSplit] = []
    for of_replicate in tested_splits(splits):
        first = of_replicate[0]
        if first.fold is None:
            found.append(replace(first, manifest=unknowns(first.manifest, seed=first.seed)))
            continue
        all_tested = np.full(len(first.manifest), "test", dtype=object)
        decided = unknowns(first.manifest.replace(split=all_tested), seed=first.seed)
        novelty = decided.extra[NOVELTY]
        for one in of_replicate:
            held_out = (novelty == NEW_KIND) & (one.manifest.split != "test")
            split = np.where(held_out, "", one.manifest.split).astype(object)
            found.append(replace(one, manifest=decided.replace(split=split)))
    return found + [split for split in splits if split.fold == ALL]


def check_validation(head: OpenHead, detector: Detector, splits: Sequence[TrainingSplit]) -> None:
    """Raise DataError if a detector needs a threshold and a fold has no known validation photos to set it on."""
    if isinstance(detector, NoDetector):
        return
    for split in splits:
        labels = split.manifest.label[split.manifest.rows("validation")]
        if split.fold is not None and not np.isin(labels, head.class_names(split.manifest)).any():
            raise DataError(
                "The threshold of a detector is set on validation photos of known classes, and the folds have none: "
                "add split.validation=0.2, or use detector=none"
            )


def reject_in_folds(
    head: OpenHead,
    detector: Detector,
    target_tpr: float,
    splits: Sequence[TrainingSplit],
    outputs: Sequence[Sequence[NetworkOutput]],
) -> OpenSetResult:
    """Score and reject the test photos of one replicate, and pool its folds; see `reject_unknowns`.

    Each fold has a detector and a threshold of its own.

    Args:
        head: Head of the models.
        detector: Unfitted detector.
        target_tpr: Share of the known validation photos that a threshold accepts.
        splits: The split of the replicate, or its folds, with the column `NOVELTY`.
        outputs: Outputs of each network of each split's model.

    Raises:
        DataError: See `reject_unknowns`, or the folds have different classes.
    """
    if len(splits) == 1:
        return reject_unknowns(head, detector, target_tpr, splits[0].manifest, outputs[0])
    check_rest(head, splits[0].manifest.label)
    results = [
        result_of_split(head, detector, target_tpr, split.manifest, of_split)
        for split, of_split in zip(splits, outputs, strict=True)
    ]
    predictions, order = pooled([result.predictions for result in results], splits[0].manifest)
    novelty = np.concatenate([result.novelty for result in results])[order]
    thresholds = tuple(result.threshold for result in results)
    return OpenSetResult(predictions, novelty, float(np.mean(thresholds)), fold_thresholds=thresholds)
