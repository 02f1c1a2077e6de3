"""Task `label_errors`: find labels that are probably wrong, photos that fit no class, and classes that overlap."""

import shutil
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Folds, Manifest, Photos
from components.detectors import Detector
from components.errors import ConfigError
from components.heads import OpenHead
from components.label_errors import LabelErrors, find_label_errors, inject_label_noise, noise_rate
from components.metrics import Estimate, injected_items, injected_metrics, photo_statistic, wilson
from components.probes import Probe
from components.results import PerItemMetrics, Predictions
from components.training import Training
from components.wording import counted
from experiments.models import held_out_predictions, repetitions, seeded, set_up_training
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.label_errors_output import draw, show, write_tables

NAMED_BY = ("backbone", "training", "detector")
"""Configuration groups whose options name a run of this task."""


def label_errors(
    *,
    data: Manifest,
    split: Callable[..., Manifest | Folds],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: OpenHead,
    detector: Detector,
    training: Training | Probe,
    label_noise: float,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    device: str,
    run: Run,
) -> Outcome:
    """Compare every label with the classes that models predict which were not trained on the photo.

    Args:
        data: The photos.
        split: Called with the manifest and `seed`; returns folds in which each photo is tested once.
        pixels: See `experiments.tasks.classify.classify`, as for all parameters without a description here.
        backbone: See `classify`.
        augmentation: See `classify`.
        head: Defines the classes, and turns logits into probabilities.
        detector: Computes from features and logits how little a photo fits any class; `none`: one minus the highest
            probability.
        training: See `classify`.
        label_noise: Share of the labels that are replaced at random, to measure how well they are found; 0: none.
        on_leak: See `classify`.
        seed: Seed of replicate 0, of the replaced labels and of the intervals.
        replicates: Number of cross-validations, each with folds of its own, whose probabilities are averaged.
        device: See `classify`.
        run: See `classify`.

    Returns:
        Metrics with intervals over photos: the share of labels that are probably wrong and, with label noise, how well
        the replaced ones are found. The folder of the run contains label_errors.csv, overlapping_classes.csv,
        items.parquet, figures and, without label noise, relabelled.csv, which `data=table` reads.

    Raises:
        ConfigError: The split is no cross-validation, the head rejects photos or has other classes than the labels,
            or `label_noise` is out of range.
        DataError: The photos cannot be read or split, or there are too few for the detector.
    """
    if head.rejects or not hasattr(head, "class_names"):
        raise ConfigError("task=label_errors compares labels with the class of highest probability: set head=closed")
    setup = set_up_training(
        data=inject_label_noise(data, label_noise, seed=seed, rest=head.rest),
        split=lambda manifest, *, seed: _folds(split(manifest, seed=seed)),
        pixels=pixels,
        backbone=backbone,
        augmentation=augmentation,
        head=head,
        training=training,
        on_leak=on_leak,
        seed=seed,
        replicates=replicates,
        resplit=True,
        device=device,
        run=run,
        with_features=True,
    )
    with seeded(seed, setup.device):
        predictions = held_out_predictions(setup.replicates, head, detector, setup.splits)
    for folder in ("models", "checkpoints"):  # no other task applies these models
        shutil.rmtree(run.folder / folder)
    found = find_label_errors(predictions.y_true, predictions.scores, predictions.unknown_score)
    manifest = setup.photos.manifest
    before = dict(zip(data.path.tolist(), data.label.tolist(), strict=True))
    true = np.array([before[path] for path in predictions.ids.tolist()], dtype=object)
    injected = np.asarray(np.array(predictions.class_names, dtype=object)[predictions.y_true] != true, dtype=np.bool_)
    metrics = {
        **(_injected_metrics(predictions, found, injected, true, seed) if label_noise else {}),
        "label_errors": _share(found.wrong),
        "no_class": _share(found.no_class),
        "noise_rate": photo_statistic(
            "noise_rate",
            lambda drawn: noise_rate(predictions.y_true, predictions.scores, drawn),
            len(predictions),
            seed=seed,
        ),
    }
    write_items(run.folder, [_items(predictions, found, injected)])
    table = write_tables(run.folder, manifest, predictions, found, true if label_noise else None)
    judged = f"n = {counted(len(predictions), 'photo')}, held out in {repetitions(setup.splits)}"
    notes = []
    if len(predictions) < len(manifest):
        notes.append(f"not judged: {counted(len(manifest) - len(predictions), 'photo')} of the rest ({head.rest})")
    if label_noise:
        notes.append(
            f"replaced at random: {counted(int(injected.sum()), 'label')} (label_noise={label_noise:g}); no "
            "relabelled.csv is written"
        )
    notes += draw(run.figures, setup.photos, predictions, found, table, f"{run.subtitle} · {judged}")
    return Outcome(
        metrics=metrics,
        predictions=predictions,
        protocol=setup.protocol(judged),
        notes=tuple(notes),
        left_out=manifest.left_out,
        show=lambda: show(metrics, table),
    )


def _folds(split: Manifest | Folds) -> Folds:
    if isinstance(split, Folds):
        return split
    raise ConfigError(
        "task=label_errors judges every photo by models that were not trained on it: set split=kfold, its default"
    )


def _share(mask: NDArray[np.bool_]) -> Estimate:
    """Return the share of photos that a mask selects, with Wilson's interval."""
    n, share = len(mask), float(mask.mean())
    return Estimate(share, *wilson(int(mask.sum()), n), n, (share,))


def _injected_metrics(
    predictions: Predictions,
    found: LabelErrors,
    injected: NDArray[np.bool_],
    true: NDArray[np.object_],
    seed: int,
) -> dict[str, Estimate]:
    """Return how well replaced labels are found, and whether the suggested class is the one before."""
    sets = {"": found.wrong, "_confident": found.confident}
    metrics = injected_metrics(injected, found.rankings, sets, seed=seed)
    both = injected & found.wrong
    if both.any():
        suggested = np.array(predictions.class_names, dtype=object)[found.suggested]
        metrics["suggestion_accuracy"] = _share(np.asarray(suggested == true, dtype=np.bool_)[both])
    return metrics


def _items(predictions: Predictions, found: LabelErrors, injected: NDArray[np.bool_]) -> PerItemMetrics:
    """Return the metrics per photo that runs are compared in; with label noise, those of its ranking first."""
    of_injected = injected_items(injected, found.doubt) if injected.any() else {}
    shares = {"label_errors": found.wrong.astype(np.float64), "no_class": found.no_class.astype(np.float64)}
    return PerItemMetrics(predictions.ids, of_injected | shares)
