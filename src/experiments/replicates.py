"""The models of one run: equal but for their seeds, trained together where that is possible."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos
from components.heads import Classifier, Head, Problem
from components.predictions import Predictions
from components.storage import atomic_path
from components.training import Inputs, Stage, Training, fit, fit_together, frozen_features, predict
from experiments import screen
from experiments.run import Run

Curve = dict[str, Any]
"""One epoch of one network: replicate, network, epoch, phase, losses, accuracies, and whether its weights were kept."""


@dataclass
class Replicates:
    """What the models of a run share.

    Attributes:
        photos: All photos, decoded.
        inputs: The same, on their way to the device.
        make_backbone: Makes a backbone for the photos' size; randomness is seeded around it.
        augmentation: What is done to training photos, in which epochs.
        head: Which networks there are, and how their logits become predictions.
        training: Settings of every network.
        device: Where the work is done.
        run: Where checkpoints, models and curves go.
    """

    photos: Photos
    inputs: Inputs
    make_backbone: Callable[[], Backbone]
    augmentation: Policy
    head: Head
    training: Training
    device: torch.device
    run: Run

    def train(self, manifests: Sequence[Manifest], seeds: Sequence[int]) -> tuple[list[Predictions], list[Curve]]:
        """Train a model for each split and seed; their predictions on the test photos, and all curves.

        What a killed run had finished is not done again.
        """
        problems = [self.head.problems(manifest) for manifest in manifests]
        tests = [self.head.test_rows(manifest) for manifest in manifests]
        logits: list[list[NDArray[np.float64]]] = [[] for _ in manifests]
        curves: list[Curve] = []
        for position in range(len(problems[0])):
            jobs = [
                Job(replicate, position, seed, its_problems[position], manifest, test)
                for replicate, (seed, its_problems, manifest, test) in enumerate(
                    zip(seeds, problems, manifests, tests, strict=True)
                )
            ]
            waiting = [job for job in jobs if not self.result_file(job).exists()]
            if self.on_features:
                for group in alike(waiting):
                    self.train_together(group)
            else:
                for job in waiting:
                    self.train_alone(job, len(jobs))
            for job in jobs:
                with np.load(self.result_file(job)) as kept:
                    logits[job.replicate].append(kept["logits"])
                    curves += json.loads(str(kept["curves"]))
        predictions = [
            self.head.predictions(manifest, test, its_logits)
            for manifest, test, its_logits in zip(manifests, tests, logits, strict=True)
        ]
        return predictions, curves

    @cached_property
    def first_backbone(self) -> Backbone:
        """The backbone of the first seed; a frozen one serves all replicates."""
        return self.make_backbone().to(self.device)

    @property
    def on_features(self) -> bool:
        """Whether nothing but the head learns and every photo is always seen as it is."""
        phases = self.augmentation.phases(self.training.epochs)
        return not any(phase.augmented for phase in phases) and self.first_backbone.frozen

    @cached_property
    def features(self) -> Inputs:
        """Features of all photos by the frozen backbone, from the cache where they are in it."""
        with screen.Steps("features of the frozen backbone", len(self.inputs)) as steps:
            found = frozen_features(
                self.first_backbone, self.inputs, self.photos.key, on_batch=lambda count: steps.step("", count)
            )
        return Inputs.of(found, self.device)

    def classifier(self, job: "Job") -> Classifier:
        """A new network for a job; call it inside `seeded`."""
        backbone = self.first_backbone if self.first_backbone.frozen else self.make_backbone()
        torch.manual_seed(job.seed)  # the head's weights do not hang on how the backbone came to be
        return Classifier(backbone, len(job.problem.class_names), self.head.hidden).to(self.device)

    def train_together(self, jobs: Sequence["Job"]) -> None:
        """Train the heads of all jobs at once, on features; their splits are of one size."""
        with seeded(jobs[0].seed, self.device):
            classifiers = [self.classifier(job) for job in jobs]
        name = f"{len(jobs)} replicate{'s' if len(jobs) > 1 else ''} at once"
        features = self.features
        with screen.Steps(name, self.training.epochs) as steps:

            def on_epoch(row: dict[str, Any]) -> None:
                steps.step(f"validation accuracy {row['validation_accuracy']:.3f}")
                self.watch(jobs[0], row)

            fitted = fit_together(
                [classifier.mlp for classifier in classifiers],
                features,
                jobs[0].problem.targets,
                [job.rows("train") for job in jobs],
                [job.rows("validation") for job in jobs],
                len(jobs[0].problem.class_names),
                self.training,
                seeds=[job.seed for job in jobs],
                epochs=self.training.epochs,
                resume_from=self.run.checkpoints / f"{jobs[0].problem.name}-{jobs[0].replicate}-together.pt",
                on_epoch=on_epoch,
            )
        for job, classifier, one in zip(jobs, classifiers, fitted, strict=True):
            for row in one.curves:
                self.tell(job, row)
            logits = predict(classifier, classifier.mlp, features, job.test, self.training)
            self.keep(job, classifier, logits, one.curves, one.kept_epoch)

    def train_alone(self, job: "Job", of: int) -> None:
        """Train the network of one job, on photos."""
        with seeded(job.seed, self.device):
            classifier = self.classifier(job)
            stages = self.stages(classifier)
            total = sum(stage.epochs for stage in stages)
            with screen.Steps(f"replicate {job.replicate + 1}/{of}", total) as steps:

                def on_epoch(row: dict[str, Any]) -> None:
                    self.tell(job, row)
                    steps.step(f"{row['phase']} · validation accuracy {row['validation_accuracy']:.3f}")
                    self.watch(job, row)

                fitted = fit(
                    classifier,
                    stages,
                    job.problem.targets,
                    job.rows("train"),
                    job.rows("validation"),
                    len(job.problem.class_names),
                    self.training,
                    seed=job.seed,
                    device=self.device,
                    resume_from=self.run.checkpoints / f"{job.name}.pt",
                    on_epoch=on_epoch,
                )
            logits = predict(classifier, classifier, self.inputs, job.test, self.training)
        self.keep(job, classifier, logits, fitted.curves, fitted.kept_epoch)

    def stages(self, classifier: Classifier) -> list[Stage]:
        """The phases of a training; those on plain photos take the features of a frozen backbone from the cache."""
        stages = []
        for phase in self.augmentation.phases(self.training.epochs):
            if phase.augmented:
                transform, validation = self.augmentation.transform, self.augmentation.validation
                stages.append(Stage("augmented", phase.epochs, classifier, self.inputs, transform, validation))
            elif classifier.backbone.frozen:
                stages.append(Stage("plain", phase.epochs, classifier.mlp, self.features))
            else:
                stages.append(Stage("plain", phase.epochs, classifier, self.inputs))
        return stages

    def tell(self, job: "Job", row: dict[str, Any]) -> None:
        """Pass the figures of an epoch on to the tracker."""
        curves = {f"{job.name}/{key}": value for key, value in row.items() if isinstance(value, float)}
        self.run.tracker.log(curves, row["epoch"])

    def watch(self, job: "Job", row: Mapping[str, Any]) -> None:
        """Tell an epoch of the first network of the first replicate to whom may end the run."""
        if (job.replicate, job.position) == (0, 0):
            self.run.on_epoch(row)

    def result_file(self, job: "Job") -> Path:
        """Where the finished network's logits and curves wait for the run to end."""
        return self.run.checkpoints / f"{job.name}.npz"

    def keep(
        self,
        job: "Job",
        classifier: Classifier,
        logits: NDArray[np.float64],
        curves: Sequence[dict[str, Any]],
        kept_epoch: int,
    ) -> None:
        """Write a finished network: its weights for later use, its logits and curves for the end of this run."""
        state = classifier.state_dict()
        if classifier.backbone.frozen:
            state = {name: value for name, value in state.items() if not name.startswith("backbone.")}
        with atomic_path(self.run.folder / "models" / f"{job.name}.pt") as path:
            torch.save(state, path)
        about = {"replicate": job.replicate, "network": job.problem.name}
        rows = [about | row | {"kept": row["epoch"] == kept_epoch} for row in curves]
        with atomic_path(self.result_file(job)) as path, path.open("wb") as stream:
            np.savez(stream, logits=logits, curves=np.array(json.dumps(rows)))


@dataclass(frozen=True)
class Job:
    """One network of one replicate: which of its networks, its seed, what it is to learn, and its split."""

    replicate: int
    position: int
    seed: int
    problem: Problem
    manifest: Manifest
    test: NDArray[np.int64]

    @property
    def name(self) -> str:
        """Of its files and curves."""
        return f"{self.problem.name}-{self.replicate}"

    def rows(self, split: str) -> NDArray[np.int64]:
        """Rows of a split that the network uses."""
        rows = self.manifest.rows(split)
        return rows[self.problem.targets[rows] >= 0]


def alike(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs in groups that can be trained at once: equal targets, splits of equal size."""
    groups: dict[tuple[int, int, bytes], list[Job]] = {}
    for job in jobs:
        key = (len(job.rows("train")), len(job.rows("validation")), job.problem.targets.tobytes())
        groups.setdefault(key, []).append(job)
    return list(groups.values())


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators and put them back afterwards."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
