"""Task `open_set`: train as `classify` does, and reject photos that are of none of the known classes."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import NEW_KIND, Folds, Manifest, Photos
from components.detectors import Detector, NoDetector
from components.heads import OpenHead
from components.metrics import class_report, open_set_metrics
from components.probes import Probe
from components.storage import atomic_path
from components.training import Training
from experiments.models import (
    NetworkOutput,
    OpenSetResult,
    Rejection,
    check_validation,
    fit_rejection,
    open_set_rows,
    open_set_warnings,
    reject_in_folds,
    repetitions,
    save_classifier,
    saved_split,
    seeded,
    set_up_training,
    tested_splits,
    with_unknowns,
)
from experiments.runs import Outcome, Run, announce_waiting, lock
from experiments.tasks.heat_maps import draw_heat_maps
from experiments.tasks.open_set_output import draw, show, write_tables

POST_TRAINING_KEYS = ("detector", "target_tpr")
"""Keys that do not affect training: runs that differ only in these share one training and its forward pass."""


NAMED_BY = ("backbone", "augmentation", "head", "detector")
"""Configuration groups whose options name a run of this task."""


def open_set(
    *,
    data: Manifest,
    split: Callable[..., Manifest | Folds],
    unknowns: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: OpenHead,
    detector: Detector,
    target_tpr: float,
    training: Training | Probe,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train `replicates` models and measure how well they reject photos that are of none of the known classes.

    Args:
        data: See `classify`, as for all parameters without a description here.
        split: See `classify`.
        unknowns: Called with the manifest and the seed of a replicate; decides which kinds of the rest are trained on.
        pixels: See `classify`.
        backbone: See `classify`.
        augmentation: See `classify`.
        head: Defines the classes that are trained, and turns logits into predictions and unknown scores.
        detector: Computes unknown scores from features and logits; `none` keeps the unknown score of the head.
        target_tpr: Share of the known validation photos that the threshold of the detector accepts.
        training: See `classify`.
        on_leak: See `classify`.
        seed: See `classify`.
        replicates: See `classify`.
        resplit: See `classify`.
        device: See `classify`.
        run: See `classify`.

    Returns:
        Metrics with intervals over photos and replicates. The folder of the run contains predictions, thresholds,
        curves, the report by class, figures, and the trained models.

    Raises:
        ConfigError: The device is not available.
        DataError: The photos cannot be read or split, or no test photo is of the rest.
    """
    shared = run.training(excluded=POST_TRAINING_KEYS)
    setup = set_up_training(
        data=data,
        split=split,
        pixels=pixels,
        backbone=backbone,
        augmentation=augmentation,
        head=head,
        training=training,
        on_leak=on_leak,
        seed=seed,
        replicates=replicates,
        resplit=resplit,
        device=device,
        run=shared,
        with_features=True,
    )
    splits = with_unknowns(setup.splits, unknowns)
    check_validation(head, detector, splits)
    with exclusive(shared.folder), seeded(seed, setup.device):
        rows = [open_set_rows(head, one.manifest) for one in splits]
        outputs = setup.replicates.outputs(splits, rows)
    link_weights(outputs, run.folder / "models")
    of_split = dict(zip(((one.replicate, one.fold) for one in splits), outputs, strict=True))
    results = [
        reject_in_folds(head, detector, target_tpr, folds, [of_split[one.replicate, one.fold] for one in folds])
        for folds in tested_splits(splits)
    ]
    saved = saved_split(splits)
    rejecting: OpenSetResult | Rejection = results[0]
    if saved.fold is not None:
        rejecting = fit_rejection(head, detector, target_tpr, saved.manifest, of_split[saved.replicate, saved.fold])
    save_classifier(run, setup.replicates, splits, detector=rejecting.detector, threshold=rejecting.threshold)
    predictions = [result.predictions for result in results]
    metrics = open_set_metrics(predictions, seed=seed)
    report = class_report(predictions)
    curves = pd.DataFrame([row for of_replicate in outputs for output in of_replicate for row in output.curves])
    tested = f"test n = {metrics['accuracy'].n} · {repetitions(splits)}"
    write_tables(run.folder, results, curves, report)
    undrawn = draw(run.figures, results, curves, setup.photos, score_name(head, detector), f"{run.subtitle} · {tested}")
    explained = replace(setup, splits=splits)
    undrawn += draw_heat_maps(run.figures, explained, predictions[0], f"{run.subtitle} · replicate 0")
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=setup.protocol(f"{tested}{unknown_counts(results)}"),
        notes=(*open_set_warnings(head, detector, results), *undrawn),
        left_out=setup.photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of a shared training; wait while another process trains in `folder`.

    Networks that the other process has finished are then found there and not trained again.
    """
    if holder := lock.holder(folder):
        announce_waiting(f"training {folder.name}", holder)
    with lock.hold(folder, wait=True):
        yield


def link_weights(outputs: Sequence[Sequence[NetworkOutput]], folder: Path) -> None:
    """Put the weights of the trained networks into the folder of a run, so that they outlive the cache.

    Files are hard links where the file system supports them: runs that share a training share the bytes.
    """
    folder.mkdir(exist_ok=True)
    for output in chain.from_iterable(outputs):
        with atomic_path(folder / output.weights.name) as path:
            path.unlink()
            try:
                path.hardlink_to(output.weights)
            except OSError:
                shutil.copyfile(output.weights, path)


def score_name(head: OpenHead, detector: Detector) -> str:
    """Return the name of the unknown score for figures: the detector, or what the head uses."""
    if not isinstance(detector, NoDetector):
        return type(detector).__name__
    return "P(rest)" if head.rejects else "1 - highest probability"


def unknown_counts(results: Sequence[OpenSetResult]) -> str:
    """Return how many test photos are of the rest and of new kinds, as the mean over replicates."""
    rest = np.mean([(result.novelty != "").sum() for result in results])
    new = np.mean([(result.novelty == NEW_KIND).sum() for result in results])
    return f" · {rest:.3g} of the rest" + (f", {new:.3g} of new kinds" if new else "")
