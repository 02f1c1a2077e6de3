"""Training of the networks of a run: several heads in one batch on features, or one network at a time on photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.augmentations import Policy
from components.errors import ConfigError
from components.heads import Classifier
from components.probes import Probe
from components.training import Inputs, Precision, Training, TrainingPhase, fit, fit_batched, predict
from components.wording import counted
from experiments.console import Steps
from experiments.models.network_output import NetworkFiles
from experiments.models.networks import Networks
from experiments.models.probing import fit_probes
from experiments.models.seeding import seeded
from experiments.models.training_job import TrainingJob, group_batchable
from experiments.runs import Run


@dataclass
class Trainer:
    """Trains networks and writes their weights and outputs to the files of the run.

    Attributes:
        networks: Builds the networks and provides their inputs.
        augmentation: Augmentation of the training photos and the epochs in which it is applied.
        training: Optimizer, epochs and further settings of every network, or the probe that each network is.
        run: Run that the checkpoints, weights and curves belong to.
        with_features: Whether a detector follows: features are kept in addition to logits, and validation photos for
            its threshold. Otherwise a probe is fitted to the validation photos too, since nothing else uses them.
    """

    networks: Networks
    augmentation: Policy
    training: Training | Probe
    run: Run
    with_features: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.training, Training):
            return
        what = self.training.description
        if not self.networks.first_backbone.frozen:
            raise ConfigError(
                f"{what} is fitted to features that never change, and this backbone is trained: set "
                "backbone.frozen=true and backbone.train_last=0, or training=modern to train it"
            )
        if any(phase.augmented for phase in self.augmentation.phases(1)):
            raise ConfigError(
                f"{what} is fitted to features of the photos as they are: set augmentation=none, or training=thesis to "
                "train on augmented photos"
            )
        if self.networks.hidden is not None:
            raise ConfigError(f"head.hidden={self.networks.hidden:g}: {what} has no hidden layer; set head.hidden=null")

    @property
    def files(self) -> NetworkFiles:
        """Files of the trained networks."""
        return NetworkFiles(self.run)

    @property
    def settings(self) -> Training:
        """Settings of training by gradient descent, which a probe does not have."""
        assert isinstance(self.training, Training)
        return self.training

    @property
    def on_features(self) -> bool:
        """Whether only heads are trained, on features that never change: frozen backbone and no augmentation."""
        if not isinstance(self.training, Training):
            return True
        phases = self.augmentation.phases(self.training.epochs)
        return not any(phase.augmented for phase in phases) and self.networks.first_backbone.frozen

    def groups(self, jobs: Sequence[TrainingJob]) -> list[list[TrainingJob]]:
        """Return the groups of jobs that `train_batched` trains in one call each."""
        return group_batchable(jobs, equal_sizes=isinstance(self.training, Training))

    def train_batched(self, jobs: Sequence[TrainingJob]) -> None:
        """Train the heads of several jobs in one batch, on features.

        Args:
            jobs: One of the `groups`.
        """
        if not isinstance(self.training, Training):
            self._fit_probes(self.training, jobs)
            return
        device, network = self.networks.device, jobs[0].network
        with seeded(jobs[0].seed, device):
            heads = [self.networks.head_on_features(job) for job in jobs]
        features = self.networks.features
        reported_epoch = 0
        what = "replicate" if jobs[0].fold is None else "network"
        with Steps(f"{counted(len(jobs), what)} in one batch", self.training.epochs * len(jobs)) as steps:

            def on_epoch(row: dict[str, Any], count: int) -> None:
                nonlocal reported_epoch
                steps.step(f"validation accuracy {row['validation_accuracy']:.3f}", count)
                if row["epoch"] > reported_epoch:  # heads are trained in groups: report the group that is ahead
                    reported_epoch = row["epoch"]
                    self._report_epoch(jobs[0], row)

            fitted = fit_batched(
                heads,
                features,
                network.targets,
                [job.split_rows("train") for job in jobs],
                [job.split_rows("validation") for job in jobs],
                len(network.class_names),
                self.training,
                seeds=[job.seed for job in jobs],
                weights=network.weights,
                epochs=self.training.epochs,
                resume_from=self.files.checkpoint(f"{jobs[0].name}-together"),
                on_epoch=on_epoch,
            )
        for job, head, result in zip(jobs, heads, fitted, strict=True):
            for row in result.curves:
                self._log_epoch(job, row)
            logits = predict(head, head, features, job.rows, self.training.precision)
            state = {f"mlp.{name}": tensor for name, tensor in head.state_dict().items()}
            self.files.write(job, state, {"logits": logits}, result.curves, result.kept_epoch)

    def _fit_probes(self, probe: Probe, jobs: Sequence[TrainingJob]) -> None:
        features = self.networks.features
        sides = ("train",) if self.with_features else ("train", "validation")
        for job, network in zip(jobs, fit_probes(probe, jobs, features.array, sides), strict=True):
            logits = predict(network, network, features, job.rows, "float32")
            state = {f"mlp.{name}": tensor for name, tensor in network.state_dict().items()}
            self.files.write(job, state, {"logits": logits}, [], 0)

    def train_alone(self, job: TrainingJob, n_replicates: int) -> None:
        """Train the network of one job, on photos.

        Args:
            job: The job.
            n_replicates: Number of replicates of the run, for the progress display.
        """
        device = self.networks.device
        with seeded(job.seed, device):
            classifier = self.networks.classifier(job)
            phases = self._phases(classifier)
            total = sum(phase.epochs for phase in phases)
            with Steps(job.position(n_replicates), total) as steps:

                def on_epoch(row: dict[str, Any]) -> None:
                    self._log_epoch(job, row)
                    steps.step(f"{row['phase']} · validation accuracy {row['validation_accuracy']:.3f}")
                    self._report_epoch(job, row)

                fitted = fit(
                    classifier,
                    phases,
                    job.network.targets,
                    job.split_rows("train"),
                    job.split_rows("validation"),
                    len(job.network.class_names),
                    self.settings,
                    seed=job.seed,
                    device=device,
                    weights=job.network.weights,
                    resume_from=self.files.checkpoint(job.name),
                    on_epoch=on_epoch,
                )
            outputs = self._outputs(classifier, job)
        state = classifier.state_dict()
        if classifier.backbone.frozen:
            state = {name: tensor for name, tensor in state.items() if not name.startswith("backbone.")}
        self.files.write(job, state, outputs, fitted.curves, fitted.kept_epoch)

    def _outputs(self, classifier: Classifier, job: TrainingJob) -> dict[str, NDArray[Any]]:
        """Return the logits of the job's rows and, if the backbone was trained, their features where needed."""
        if self.with_features and classifier.backbone.frozen:
            precision = self.settings.precision
            return {"logits": predict(classifier, classifier.mlp, self.networks.features, job.rows, precision)}
        features, logits = photo_outputs(
            classifier, self.networks.inputs, job.rows, self.settings.precision, with_features=self.with_features
        )
        return {"logits": logits} if features is None else {"features": features, "logits": logits}

    def _phases(self, classifier: Classifier) -> list[TrainingPhase]:
        """Return the phases of a training; phases on plain photos read the features of a frozen backbone."""
        phases = []
        for phase in self.augmentation.phases(self.settings.epochs):
            inputs = self.networks.inputs
            if phase.augmented:
                transform, validation = self.augmentation.transform, self.augmentation.validation
                phases.append(TrainingPhase("augmented", phase.epochs, classifier, inputs, transform, validation))
            elif classifier.backbone.frozen:
                phases.append(TrainingPhase("plain", phase.epochs, classifier.mlp, self.networks.features))
            else:
                phases.append(TrainingPhase("plain", phase.epochs, classifier, inputs))
        return phases

    def _log_epoch(self, job: TrainingJob, row: Mapping[str, Any]) -> None:
        """Log the values of an epoch to the tracker."""
        values = {f"{job.name}/{key}": value for key, value in row.items() if isinstance(value, float)}
        self.run.tracker.log(values, row["epoch"])

    def _report_epoch(self, job: TrainingJob, row: Mapping[str, Any]) -> None:
        """Call the run's epoch callback, which may stop the run, for the first network that is trained."""
        if job.is_first:
            self.run.on_epoch(row)


def photo_outputs(
    classifier: Classifier, inputs: Inputs, rows: NDArray[np.int64], precision: Precision, *, with_features: bool
) -> tuple[NDArray[np.float32] | None, NDArray[np.float64]]:
    """Return features (n, F), if asked for, and logits (n, C) of photos, in one forward pass of the backbone.

    With features, the head runs on them in float32; without, the whole network runs in the precision of the training.

    Args:
        classifier: The network.
        inputs: Photos.
        rows: (n,) rows of the inputs.
        precision: Precision of the training.
        with_features: Whether the features are returned.
    """
    if not with_features:
        return None, predict(classifier, classifier, inputs, rows, precision)
    features = predict(classifier, classifier.backbone, inputs, rows, precision).astype(np.float32)
    on_device = Inputs.of(features, inputs.device)
    return features, predict(classifier, classifier.mlp, on_device, np.arange(len(features)), precision)
