"""Task `classify`: train on photos, predict the test photos, measure, draw."""

import functools
import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos, guard
from components.heads import Classifier, Head, Problem
from components.metrics import class_report, classification_metrics
from components.predictions import Predictions
from components.storage import atomic_path
from components.training import Inputs, Stage, Training, device_name, fit, frozen_features, pick_device, predict
from experiments import screen
from experiments.classification_output import draw, show, write_tables
from experiments.run import Outcome, Run

log = logging.getLogger(__name__)


def classify(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: Head,
    training: Training,
    leaks: Literal["error", "warn", "ignore"],
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
        leaks: What to do when the same thing stands on both sides of the split.
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
    inputs = Inputs.of(photos.array, place)
    make_backbone = functools.partial(backbone, image_size=photos.array.shape[1])
    work = _Work(photos, inputs, make_backbone, augmentation, head, training, place, run)
    results: list[Predictions] = []
    curves: list[dict[str, Any]] = []
    manifest = photos.manifest
    for replicate in range(replicates):
        if replicate == 0 or resplit:
            manifest = split(photos.manifest, seed=seed + replicate if resplit else seed)
            guard(manifest, photos, leaks)
        predicted, its_curves = work.replicate(manifest, replicate, seed + replicate, f"{replicate + 1}/{replicates}")
        results.append(predicted)
        curves += its_curves
    metrics = classification_metrics(results, seed=seed)
    write_tables(run.folder, results, pd.DataFrame(curves), class_report(results))
    tested = f"test n = {len(results[0])} · {replicates} replicate{'s' if replicates > 1 else ''}"
    draw(run.figures, results, pd.DataFrame(curves), photos, f"{run.subtitle} · {tested}")
    shutil.rmtree(run.checkpoints)
    epochs = " + ".join(f"{phase.epochs}" for phase in augmentation.phases(training.epochs))
    return Outcome(
        metrics=metrics,
        predictions=results[0],
        protocol=f"{photos.array.shape[1]} px · {tested} · {device_name(place)}",
        notes=(f"epochs: {epochs}",) if "+" in epochs else (),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, class_report(results)),
    )


@dataclass
class _Work:
    """What all replicates of a run share."""

    photos: Photos
    inputs: Inputs
    make_backbone: Callable[[], Backbone]
    augmentation: Policy
    head: Head
    training: Training
    device: torch.device
    run: Run

    def replicate(
        self, manifest: Manifest, number: int, seed: int, label: str
    ) -> tuple[Predictions, list[dict[str, Any]]]:
        """Train the networks of one replicate; its predictions on the test photos, and its curves."""
        rows = self.head.test_rows(manifest)
        logits: list[NDArray[np.float64]] = []
        curves: list[dict[str, Any]] = []
        for problem in self.head.problems(manifest):
            file = self.run.checkpoints / f"{problem.name}-{number}.npz"
            if not file.exists():
                found, its_curves = self.network(manifest, problem, rows, number, seed, label)
                with atomic_path(file) as path, path.open("wb") as stream:
                    np.savez(stream, logits=found, curves=np.array(json.dumps(its_curves)))
            with np.load(file) as kept:
                logits.append(kept["logits"])
                rows_kept = json.loads(str(kept["curves"]))
            curves += [{"replicate": number, "network": problem.name, **row} for row in rows_kept]
        return self.head.predictions(manifest, rows, logits), curves

    def network(
        self, manifest: Manifest, problem: Problem, test: NDArray[np.int64], number: int, seed: int, label: str
    ) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
        """Train one network; its logits for the test photos, and its curves."""
        classes = len(problem.class_names)
        used = problem.targets >= 0
        train, validation = (rows[used[rows]] for rows in (manifest.rows("train"), manifest.rows("validation")))
        accelerators = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=accelerators):
            torch.manual_seed(seed)
            classifier = Classifier(self.make_backbone(), classes, self.head.hidden)
            classifier.to(self.device)
            stages = self.stages(classifier)
            with screen.Steps(f"replicate {label}", sum(stage.epochs for stage in stages)) as steps:

                def on_epoch(row: dict[str, Any]) -> None:
                    figures = {key: value for key, value in row.items() if isinstance(value, float)}
                    self.run.tracker.log(
                        {f"{problem.name}-{number}/{key}": one for key, one in figures.items()}, row["epoch"]
                    )
                    steps.step(f"{row['phase']} · validation accuracy {row['validation_accuracy']:.3f}")

                fitted = fit(
                    classifier,
                    stages,
                    problem.targets,
                    train,
                    validation,
                    classes,
                    self.training,
                    seed=seed,
                    device=self.device,
                    resume_from=self.run.checkpoints / f"{problem.name}-{number}.pt",
                    on_epoch=on_epoch,
                )
            last = stages[-1]
            forward, inputs = (last.forward, last.inputs) if not last.augment else (classifier, self.inputs)
            logits = predict(classifier, forward, inputs, test, self.training)
        save_model(classifier, self.run.folder / "models" / f"{problem.name}-{number}.pt")
        for row in fitted.curves:
            row["kept"] = row["epoch"] == fitted.kept_epoch
        return logits, fitted.curves

    def stages(self, classifier: Classifier) -> list[Stage]:
        """The phases of the training; those on plain photos take the features of a frozen backbone from the cache."""
        stages = []
        for phase in self.augmentation.phases(self.training.epochs):
            if phase.augmented:
                transform, validation = self.augmentation.transform, self.augmentation.validation
                stages.append(Stage("augmented", phase.epochs, classifier, self.inputs, transform, validation))
            elif classifier.backbone.frozen:
                stages.append(Stage("plain", phase.epochs, classifier.mlp, self.features(classifier.backbone)))
            else:
                stages.append(Stage("plain", phase.epochs, classifier, self.inputs))
        return stages

    def features(self, backbone: Backbone) -> Inputs:
        """Features of all photos by a frozen backbone."""
        with screen.Steps("features of the frozen backbone", len(self.inputs)) as steps:
            features = frozen_features(
                backbone, self.inputs, self.photos.key, on_batch=lambda count: steps.step("", count)
            )
        return Inputs.of(features, self.device)


def save_model(classifier: Classifier, path: Path) -> None:
    """Keep the trained weights: all of the MLP, and the backbone's when it was not frozen."""
    state = classifier.state_dict()
    if classifier.backbone.frozen:
        state = {name: value for name, value in state.items() if not name.startswith("backbone.")}
    with atomic_path(path) as temporary:
        torch.save(state, temporary)
