"""The replicates of a run: models that differ only in their seed and, if `resplit` is set, in their split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.heads import Head
from components.results import Predictions
from experiments.models.network_output import Curve, NetworkOutput
from experiments.models.trainer import Trainer
from experiments.models.training_job import TrainingJob, group_batchable


@dataclass
class Replicates:
    """Trains every network of every replicate and collects the outputs.

    Attributes:
        head: Defines the networks of a model and turns their logits into predictions.
        trainer: Trains the networks.
    """

    head: Head
    trainer: Trainer

    def train(self, manifests: Sequence[Manifest], seeds: Sequence[int]) -> tuple[list[Predictions], list[Curve]]:
        """Train one model per split and seed, and predict its test photos.

        Networks that a killed run has finished are not trained again.

        Args:
            manifests: Photos with the split of each replicate.
            seeds: Seed of each replicate.

        Returns:
            The predictions of each replicate, and the training curves of all networks.
        """
        rows = [self.head.test_rows(manifest) for manifest in manifests]
        outputs = self.outputs(manifests, seeds, rows)
        predictions = [
            self.head.predictions(manifest, test, [output.logits for output in of_replicate])
            for manifest, test, of_replicate in zip(manifests, rows, outputs, strict=True)
        ]
        return predictions, [row for of_replicate in outputs for output in of_replicate for row in output.curves]

    def outputs(
        self, manifests: Sequence[Manifest], seeds: Sequence[int], rows: Sequence[NDArray[np.int64]]
    ) -> list[list[NetworkOutput]]:
        """Train one model per split and seed, and return the outputs of its networks for given rows.

        Networks that a killed run has finished are not trained again.

        Args:
            manifests: Photos with the split of each replicate.
            seeds: Seed of each replicate.
            rows: Rows of the manifest for which each replicate's outputs are returned.

        Returns:
            For each replicate, the output of each of its networks.
        """
        outputs: list[list[NetworkOutput]] = [[] for _ in manifests]
        for jobs in self.jobs(manifests, seeds, rows):
            unfinished = [job for job in jobs if not self.trainer.files.outputs(job).exists()]
            if self.trainer.on_features:
                for group in group_batchable(unfinished):
                    self.trainer.train_batched(group)
            else:
                for job in unfinished:
                    self.trainer.train_alone(job, len(jobs))
            for job in jobs:
                outputs[job.replicate].append(self._output(job))
        return outputs

    def jobs(
        self, manifests: Sequence[Manifest], seeds: Sequence[int], rows: Sequence[NDArray[np.int64]]
    ) -> list[list[TrainingJob]]:
        """Return, for each network of the head, its training job in each replicate."""
        by_replicate = [self.head.network_targets(manifest) for manifest in manifests]
        return [
            [
                TrainingJob(replicate, network_index, *of_replicate)
                for replicate, of_replicate in enumerate(zip(seeds, networks, manifests, rows, strict=True))
            ]
            for network_index, networks in enumerate(zip(*by_replicate, strict=True))
        ]

    def _output(self, job: TrainingJob) -> NetworkOutput:
        """Read the output of a finished job; features of a frozen backbone come from the cache."""
        networks = self.trainer.networks
        frozen = self.trainer.with_features and networks.first_backbone.frozen
        return self.trainer.files.read(job, networks.features.array if frozen else None)
