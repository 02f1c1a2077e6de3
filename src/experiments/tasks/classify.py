"""Task `classify`: train on photos, predict the test photos, measure, draw."""

import shutil
from collections.abc import Callable
from typing import Literal

import pandas as pd

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos
from components.errors import ConfigError
from components.heads import Head
from components.metrics import class_report, classification_metrics
from components.training import Training, pick_device
from experiments.models import Replicates, seeded, sizes_in_words, splits_of_replicates
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_tables


def classify(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: Head,
    training: Training,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
) -> Outcome:
    """Train `replicates` models that differ by their seed and measure them on the test photos.

    Args:
        data: The photos.
        split: Gives the manifest its train, validation and test rows, from a seed.
        pixels: Decodes the photos to one size.
        backbone: Makes the network from photos to features, given `image_size`.
        augmentation: What is done to training photos, and in which epochs.
        head: Which rows are trained on as which class, and how logits become predictions.
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
    if head.rejects:
        raise ConfigError("This head rejects photos of none of the classes: it is for the open set, take task=open_set")
    place = pick_device(device)
    photos = pixels(data)
    seeds = [seed + replicate for replicate in range(replicates)]
    manifests = splits_of_replicates(photos, split, seeds, resplit, on_leak)
    with seeded(seed, place):
        models = Replicates(
            photos=photos,
            backbone=backbone,
            augmentation=augmentation,
            head=head,
            training=training,
            device=place,
            run=run,
        )
        predictions, curves = models.train(manifests, seeds)
    metrics = classification_metrics(predictions, seed=seed)
    report = class_report(predictions)
    tested = f"test n = {metrics['accuracy'].n} · {replicates} replicate{'s' if replicates > 1 else ''}"
    write_tables(run.folder, predictions, pd.DataFrame(curves), report)
    draw(run.figures, predictions, pd.DataFrame(curves), photos, f"{run.subtitle} · {tested}")
    shutil.rmtree(run.checkpoints)
    return Outcome(
        metrics=metrics,
        predictions=predictions[0],
        protocol=sizes_in_words(models.size, augmentation, training, tested, place),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, report),
    )
