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
from torch import nn

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Manifest, Photos
from components.heads import Classifier, Head, NetworkTargets, mlp
from components.results import Predictions
from components.storage import atomic_path
from components.training import Inputs, Training, TrainingPhase, fit, fit_batched, frozen_features, predict
from experiments.console import terminal
from experiments.runs import Run

Curve = dict[str, Any]
"""One epoch of one network: replicate, network, epoch, phase, losses, accuracies, and whether its weights were kept."""


@dataclass
class Replicates:
    """What the models of a run share.

    Attributes:
        photos: All photos, decoded.
        backbone: Makes the network from photos to features, given `image_size`; randomness is seeded around it.
        augmentation: What is done to training photos, in which epochs.
        head: Which networks there are, and how their logits become predictions.
        training: Settings of every network.
        device: Where the work is done.
        run: Where checkpoints, models and curves go.
        with_features: Whether the backbone's features are asked for beside the logits, as detectors need them.
    """

    photos: Photos
    backbone: Callable[..., Backbone]
    augmentation: Policy
    head: Head
    training: Training
    device: torch.device
    run: Run
    with_features: bool = False

    def train(self, manifests: Sequence[Manifest], seeds: Sequence[int]) -> tuple[list[Predictions], list[Curve]]:
        """Train a model for each split and seed; their predictions on the test photos, and all curves.

        What a killed run had finished is not done again.
        """
        tests = [self.head.test_rows(manifest) for manifest in manifests]
        outputs = self.outputs(manifests, seeds, tests)
        predictions = [
            self.head.predictions(manifest, test, [one.logits for one in its_outputs])
            for manifest, test, its_outputs in zip(manifests, tests, outputs, strict=True)
        ]
        return predictions, [row for its_outputs in outputs for one in its_outputs for row in one.curves]

    def outputs(
        self, manifests: Sequence[Manifest], seeds: Sequence[int], rows: Sequence[NDArray[np.int64]]
    ) -> list[list["Output"]]:
        """Train a model for each split and seed; what each of its networks gives for the model's `rows`.

        What a killed run had finished is not done again.
        """
        outputs: list[list[Output]] = [[] for _ in manifests]
        for jobs in self.jobs(manifests, seeds, rows):
            waiting = [job for job in jobs if not self.result_file(job).exists()]
            if self.on_features:
                for group in alike(waiting):
                    self.train_together(group)
            else:
                for job in waiting:
                    self.train_alone(job, len(jobs))
            for job in jobs:
                outputs[job.replicate].append(self.output(job))
        return outputs

    def jobs(
        self, manifests: Sequence[Manifest], seeds: Sequence[int], rows: Sequence[NDArray[np.int64]]
    ) -> list[list["TrainingJob"]]:
        """For each network of the head, its training for each split and seed."""
        problems = [self.head.network_targets(manifest) for manifest in manifests]
        return [
            [
                TrainingJob(replicate, position, *one)
                for replicate, one in enumerate(zip(seeds, of_network, manifests, rows, strict=True))
            ]
            for position, of_network in enumerate(zip(*problems, strict=True))
        ]

    def output(self, job: "TrainingJob") -> "Output":
        """What a finished network gave; features come from the cache of the frozen backbone or were kept with it."""
        with np.load(self.result_file(job)) as kept:
            logits, curves = kept["logits"], json.loads(str(kept["curves"]))
        frozen = self.features.array if self.with_features and self.first_backbone.frozen else None
        weights = self.run.folder / "models" / f"{job.name}.pt"
        return Output(job.rows, logits, curves, weights, self.result_file(job), frozen)

    @property
    def size(self) -> int:
        """Side of the photos, in pixels."""
        return int(self.photos.array.shape[1])

    @cached_property
    def inputs(self) -> Inputs:
        """The photos, on their way to the device."""
        return Inputs.of(self.photos.array, self.device)

    def make_backbone(self) -> Backbone:
        """A new backbone for the photos' size; call it inside `seeded`."""
        return self.backbone(image_size=self.size)

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
        with terminal.Steps("features of the frozen backbone", len(self.inputs)) as steps:
            found = frozen_features(
                self.first_backbone, self.inputs, self.photos.key, on_batch=lambda count: steps.step("", count)
            )
        return Inputs.of(found, self.device)

    def classifier(self, job: "TrainingJob") -> Classifier:
        """A new network for a job; call it inside `seeded`."""
        backbone = self.first_backbone if self.first_backbone.frozen else self.make_backbone()
        torch.manual_seed(job.seed)  # the head's weights do not hang on how the backbone came to be
        return Classifier(backbone, len(job.problem.class_names), self.head.hidden).to(self.device)

    def network_on_features(self, job: "TrainingJob") -> nn.Module:
        """What `classifier` has behind the backbone, with the same weights; 20 of them shall not cost 20 backbones."""
        torch.manual_seed(job.seed)
        width = self.first_backbone.out_features
        return mlp(width, len(job.problem.class_names), self.head.hidden).to(self.device)

    def train_together(self, jobs: Sequence["TrainingJob"]) -> None:
        """Train the heads of all jobs at once, on features; their splits are of one size."""
        with seeded(jobs[0].seed, self.device):
            networks = [self.network_on_features(job) for job in jobs]
        name = f"{len(jobs)} replicate{'s' if len(jobs) > 1 else ''} at once"
        features = self.features
        watched = 0
        with terminal.Steps(name, self.training.epochs * len(jobs)) as steps:

            def on_epoch(row: dict[str, Any], count: int) -> None:
                nonlocal watched
                steps.step(f"validation accuracy {row['validation_accuracy']:.3f}", count)
                if row["epoch"] > watched:  # of the group that is ahead
                    watched = row["epoch"]
                    self.watch(jobs[0], row)

            fitted = fit_batched(
                networks,
                features,
                jobs[0].problem.targets,
                [job.used("train") for job in jobs],
                [job.used("validation") for job in jobs],
                len(jobs[0].problem.class_names),
                self.training,
                seeds=[job.seed for job in jobs],
                weights=jobs[0].problem.weights,
                epochs=self.training.epochs,
                resume_from=self.run.checkpoints / f"{jobs[0].problem.name}-{jobs[0].replicate}-together.pt",
                on_epoch=on_epoch,
            )
        for job, network, one in zip(jobs, networks, fitted, strict=True):
            for row in one.curves:
                self.tell(job, row)
            logits = predict(network, network, features, job.rows, self.training)
            state = {f"mlp.{name}": value for name, value in network.state_dict().items()}
            self.keep(job, state, {"logits": logits}, one.curves, one.kept_epoch)

    def train_alone(self, job: "TrainingJob", of: int) -> None:
        """Train the network of one job, on photos."""
        with seeded(job.seed, self.device):
            classifier = self.classifier(job)
            stages = self.stages(classifier)
            total = sum(stage.epochs for stage in stages)
            with terminal.Steps(f"replicate {job.replicate + 1}/{of}", total) as steps:

                def on_epoch(row: dict[str, Any]) -> None:
                    self.tell(job, row)
                    steps.step(f"{row['phase']} · validation accuracy {row['validation_accuracy']:.3f}")
                    self.watch(job, row)

                fitted = fit(
                    classifier,
                    stages,
                    job.problem.targets,
                    job.used("train"),
                    job.used("validation"),
                    len(job.problem.class_names),
                    self.training,
                    seed=job.seed,
                    device=self.device,
                    weights=job.problem.weights,
                    resume_from=self.run.checkpoints / f"{job.name}.pt",
                    on_epoch=on_epoch,
                )
            given = self.given(classifier, job)
        state = classifier.state_dict()
        if classifier.backbone.frozen:
            state = {name: value for name, value in state.items() if not name.startswith("backbone.")}
        self.keep(job, state, given, fitted.curves, fitted.kept_epoch)

    def given(self, classifier: Classifier, job: "TrainingJob") -> dict[str, NDArray[Any]]:
        """Logits, and where they are asked for features, of a job's rows: one pass through the backbone for both."""
        if not self.with_features:
            return {"logits": predict(classifier, classifier, self.inputs, job.rows, self.training)}
        if classifier.backbone.frozen:
            return {"logits": predict(classifier, classifier.mlp, self.features, job.rows, self.training)}
        found = predict(classifier, classifier.backbone, self.inputs, job.rows, self.training).astype(np.float32)
        features, every = Inputs.of(found, self.device), np.arange(len(found))
        return {"features": found, "logits": predict(classifier, classifier.mlp, features, every, self.training)}

    def stages(self, classifier: Classifier) -> list[TrainingPhase]:
        """The phases of a training; those on plain photos take the features of a frozen backbone from the cache."""
        stages = []
        for phase in self.augmentation.phases(self.training.epochs):
            if phase.augmented:
                transform, validation = self.augmentation.transform, self.augmentation.validation
                stages.append(TrainingPhase("augmented", phase.epochs, classifier, self.inputs, transform, validation))
            elif classifier.backbone.frozen:
                stages.append(TrainingPhase("plain", phase.epochs, classifier.mlp, self.features))
            else:
                stages.append(TrainingPhase("plain", phase.epochs, classifier, self.inputs))
        return stages

    def tell(self, job: "TrainingJob", row: dict[str, Any]) -> None:
        """Pass the figures of an epoch on to the tracker."""
        curves = {f"{job.name}/{key}": value for key, value in row.items() if isinstance(value, float)}
        self.run.tracker.log(curves, row["epoch"])

    def watch(self, job: "TrainingJob", row: Mapping[str, Any]) -> None:
        """Tell an epoch of the first network of the first replicate to whom may end the run."""
        if (job.replicate, job.position) == (0, 0):
            self.run.on_epoch(row)

    def result_file(self, job: "TrainingJob") -> Path:
        """Where the finished network's logits and curves wait for the run to end."""
        return self.run.checkpoints / f"{job.name}.npz"

    def keep(
        self,
        job: "TrainingJob",
        state: Mapping[str, torch.Tensor],
        given: Mapping[str, NDArray[Any]],
        curves: Sequence[dict[str, Any]],
        kept_epoch: int,
    ) -> None:
        """Write a finished network: its weights for later use, what it gave and its curves for the end of this run."""
        with atomic_path(self.run.folder / "models" / f"{job.name}.pt") as path:
            torch.save(dict(state), path)
        about = {"replicate": job.replicate, "network": job.problem.name}
        rows = [about | row | {"kept": row["epoch"] == kept_epoch} for row in curves]
        arrays: dict[str, Any] = {"curves": np.array(json.dumps(rows)), **given}
        with atomic_path(self.result_file(job)) as path, path.open("wb") as stream:
            np.savez(stream, **arrays)


@dataclass(frozen=True)
class Output:
    """What a trained network gives for the rows that it was asked about.

    Attributes:
        rows: Of the manifest.
        logits: (len(rows), C) float64.
        curves: Of its training.
        weights: File of the network.
        kept: File that holds its features where the backbone was trained.
        frozen: (n, F) features of all photos where it was not; None also where none were asked for.
    """

    rows: NDArray[np.int64]
    logits: NDArray[np.float64]
    curves: list[Curve]
    weights: Path
    kept: Path
    frozen: torch.Tensor | None

    def features(self) -> NDArray[np.float32]:
        """(len(rows), F) float32, what the backbone gives."""
        if self.frozen is not None:
            taken: NDArray[np.float32] = self.frozen[torch.from_numpy(self.rows)].cpu().numpy()
            return taken
        with np.load(self.kept) as kept:
            stored: NDArray[np.float32] = kept["features"]
        return stored

    def classifier(self) -> nn.Module:
        """The network from features to logits, on the processor."""
        state = torch.load(self.weights, map_location="cpu", weights_only=True)
        mine = {name.removeprefix("mlp."): one for name, one in state.items() if name.startswith("mlp.")}
        matrices = [one for one in mine.values() if one.ndim == 2]
        hidden = matrices[0].shape[0] / self.logits.shape[1] if len(matrices) == 2 else None
        network = mlp(matrices[0].shape[1], self.logits.shape[1], hidden)
        network.load_state_dict(mine)
        return network.eval()


@dataclass(frozen=True)
class TrainingJob:
    """One network of one replicate: which of its networks, its seed, what it is to learn, its split, and its rows."""

    replicate: int
    position: int
    seed: int
    problem: NetworkTargets
    manifest: Manifest
    rows: NDArray[np.int64]

    @property
    def name(self) -> str:
        """Of its files and curves."""
        return f"{self.problem.name}-{self.replicate}"

    def used(self, split: str) -> NDArray[np.int64]:
        """Rows of a split that the network is trained or measured on."""
        rows = self.manifest.rows(split)
        return rows[self.problem.uses(rows)]


def alike(jobs: Sequence[TrainingJob]) -> list[list[TrainingJob]]:
    """Jobs in groups that can be trained at once: equal targets and weights, splits of equal size."""
    groups: dict[tuple[int, int, bytes, bytes], list[TrainingJob]] = {}
    for job in jobs:
        weights = b"" if job.problem.weights is None else job.problem.weights.tobytes()
        key = (len(job.used("train")), len(job.used("validation")), job.problem.targets.tobytes(), weights)
        groups.setdefault(key, []).append(job)
    return list(groups.values())


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators and put them back afterwards."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
