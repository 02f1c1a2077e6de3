"""Task `classify`: train classifiers on photos, predict the test photos, and report metrics and figures."""

import shutil
from collections.abc import Callable
from typing import Literal

import pandas as pd

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Folds, Manifest, Photos
from components.errors import ConfigError
from components.heads import Head
from components.metrics import class_report, classification_metrics
from components.probes import Probe
from components.training import Training
from experiments.models import repetitions, save_classifier, seeded, set_up_training
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_tables
from experiments.tasks.heat_maps import draw_heat_maps

NAMED_BY = ("backbone", "augmentation", "head")
"""Configuration groups whose options name a run of this task."""


def classify(
    *,
    data: Manifest,
    split: Callable[..., Manifest | Folds],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: Head,
    training: Training | Probe,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train `replicates` models that differ in their seed, and measure them on the test photos.

    Args:
        data: The photos.
        split: Called with the manifest and `seed`; returns it with train, validation and test rows, or returns folds
            in which each photo is tested once.
        pixels: Decodes the photos to one size.
        backbone: Called with `image_size`; returns the network from photos to features.
        augmentation: Augmentation of the training photos, and the epochs in which it is applied.
        head: Defines the classes that are trained, and turns logits into predictions.
        training: Optimizer, epochs and further settings; or a probe, fitted to features of a frozen backbone.
        on_leak: What to do if the same photo or object is on both sides of a split.
        seed: Seed of replicate 0; replicate r uses seed + r.
        replicates: Number of models.
        resplit: Whether each replicate draws its own split.
        device: Name of the device, or "auto".
        run: Folder, tracker and epoch callback of the run.

    Returns:
        Metrics with intervals over photos and replicates. The folder of the run contains predictions, curves, the
        report by class, figures, and the trained models.

    Raises:
        ConfigError: The head rejects photos, or the device is not available.
        DataError: The photos cannot be read or split, or folds have different classes.
    """
    if head.rejects:
        raise ConfigError("This head rejects photos that are of none of the classes: use it with task=open_set")
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
        run=run,
    )
    with seeded(seed, setup.device):
        predictions, curve_rows = setup.replicates.train(setup.splits)
    save_classifier(run, setup.replicates, setup.splits)
    metrics = classification_metrics(predictions, seed=seed)
    report, curves = class_report(predictions), pd.DataFrame(curve_rows)
    tested = f"test n = {metrics['accuracy'].n} · {repetitions(setup.splits)}"
    write_tables(run.folder, predictions, curves, report)
    subtitle = f"{run.subtitle} · {tested}"
    notes = draw(run.figures, predictions, curves, setup.photos, subtitle)
    notes += draw_heat_maps(run.figures, setup, predictions[0], f"{run.subtitle} · replicate 0")
    shutil.rmtree(run.checkpoints)
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=setup.protocol(tested),
        notes=tuple(notes),
        left_out=setup.photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )
