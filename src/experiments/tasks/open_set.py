"""Task `open_set`: train as `classify` does, then tell the photos of known classes from those of none."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import NEW_KIND, Manifest, Photos
from components.detectors import Detector, NoDetector
from components.heads import OpenHead
from components.metrics import class_report, open_set_metrics
from components.storage import atomic_path
from components.training import Training, pick_device
from experiments.console import terminal
from experiments.models import (
    OpenSetResult,
    Output,
    Replicates,
    judge,
    open_rows_of,
    open_set_warnings,
    seeded,
    sizes_in_words,
    splits_of_replicates,
)
from experiments.runs import Outcome, Run, lock
from experiments.tasks.open_set_output import draw, show, write_tables

DECIDED_AFTERWARDS = ("detector", "target_tpr")
"""What is asked of the trained networks: runs that differ in nothing else share one training and one forward pass."""


def open_set(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    unknowns: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: OpenHead,
    detector: Detector,
    target_tpr: float,
    training: Training,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train `replicates` models and measure how they reject what is of none of their classes.

    Args:
        data: The photos.
        split: Gives the manifest its train, validation and test rows, from a seed.
        unknowns: Which kinds of the rest the training may see, from the seed of each replicate.
        pixels: Decodes the photos to one size.
        backbone: Makes the network from photos to features, given `image_size`.
        augmentation: What is done to training photos, and in which epochs.
        head: Which rows are trained on as which class, and how logits become predictions.
        detector: Says how unknown a photo is, from features and logits; `none`: what the head itself says stands.
        target_tpr: Share of the known validation photos that the detector's threshold accepts.
        training: Optimizer, epochs and so on.
        on_leak: What to do when the same thing stands on both sides of the split.
        seed: Of the first replicate.
        replicates: Number of models.
        resplit: Whether each replicate draws its own split.
        device: Name of the device, or "auto".
        run: Where to write and whom to tell.

    Returns:
        Metrics with intervals over photos and replicates; predictions, curves, report and figures lie in the folder.
    """
    place = pick_device(device)
    photos = pixels(data)
    seeds = [seed + replicate for replicate in range(replicates)]
    splits = splits_of_replicates(photos, split, seeds, resplit, on_leak)
    manifests = [unknowns(manifest, seed=one) for manifest, one in zip(splits, seeds, strict=True)]
    shared = run.training(but=DECIDED_AFTERWARDS)
    with one_at_a_time(shared.folder), seeded(seed, place):
        models = Replicates(
            photos=photos,
            backbone=backbone,
            augmentation=augmentation,
            head=head,
            training=training,
            device=place,
            run=shared,
            with_features=True,
        )
        outputs = models.outputs(manifests, seeds, [open_rows_of(head, manifest) for manifest in manifests])
    keep_models(outputs, run.folder / "models")
    judged = [
        judge(head, detector, target_tpr, manifest, its_outputs)
        for manifest, its_outputs in zip(manifests, outputs, strict=True)
    ]
    predictions = [one.predictions for one in judged]
    metrics = open_set_metrics(predictions, seed=seed)
    report = class_report(predictions)
    curves = pd.DataFrame([row for its_outputs in outputs for one in its_outputs for row in one.curves])
    tested = f"test n = {metrics['accuracy'].n} · {replicates} replicate{'s' if replicates > 1 else ''}"
    write_tables(run.folder, judged, curves, report)
    draw(run.figures, judged, curves, photos, score_name(head, detector), f"{run.subtitle} · {tested}")
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=sizes_in_words(models.size, augmentation, training, f"{tested}{mean_unknown(judged)}", place),
        notes=open_set_warnings(head, detector, judged),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait while another process trains in `folder`: what it has finished is then found there, and not done again."""
    if other := lock.holder(folder):
        terminal.waits_for(f"training {folder.name}", other)
    with lock.hold(folder, wait=True):
        yield


def keep_models(outputs: Sequence[Sequence[Output]], folder: Path) -> None:
    """The trained networks beside the run's other files, so that it can be used when the cache is gone.

    They are links where the file system has them: runs that share a training share the bytes.
    """
    folder.mkdir(exist_ok=True)
    for one in chain.from_iterable(outputs):
        target = folder / one.weights.name
        with atomic_path(target) as path:
            path.unlink()
            try:
                path.hardlink_to(one.weights)
            except OSError:
                shutil.copyfile(one.weights, path)


def score_name(head: OpenHead, detector: Detector) -> str:
    """What the unknown score is, in words."""
    own = "P(rest)" if head.rejects else "1 - highest probability"
    return own if isinstance(detector, NoDetector) else type(detector).__name__


def mean_unknown(judged: list[OpenSetResult]) -> str:
    """How many of the test photos are of the rest, and of new kinds, in the mean of the replicates."""
    rest = np.mean([(one.novelty != "").sum() for one in judged])
    new = np.mean([(one.novelty == NEW_KIND).sum() for one in judged])
    return f" · {rest:.3g} of the rest" + (f", {new:.3g} of new kinds" if new else "")
