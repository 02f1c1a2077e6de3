"""The replicates of a run: models that differ only in their seed and, if `resplit` is set, in their split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.heads import Head
from components.results import Predictions
from experiments.models.network_output import Curve, NetworkOutput
from experiments.models.pooling import pooled
from experiments.models.trainer import Trainer
from experiments.models.training_job import TrainingJob
from experiments.models.training_splits import ALL, TrainingSplit


@dataclass
class Replicates:
    """Trains every network of every replicate, in each fold, and collects the outputs.

    Attributes:
        head: Defines the networks of a model and turns their logits into predictions.
        trainer: Trains the networks.
    """

    head: Head
    trainer: Trainer

    def train(self, splits: Sequence[TrainingSplit]) -> tuple[list[Predictions], list[Curve]]:
        """Train one model per split, and predict its test photos.

        Networks that a killed run has finished are not trained again. A fold without photos that the head is tested
        on, such as one whose only test photo is of the rest, is not trained.

        Args:
            splits: Splits of all replicates and folds.

        Returns:
            The predictions of each replicate, those of its folds pooled, and the training curves of all networks.

        Raises:
            DataError: No fold of a replicate has photos to test, or its folds have different classes.
        """
        rows_of = [self._test_rows(split) for split in splits]
        trained = [
            (split, rows) for split, rows in zip(splits, rows_of, strict=True) if split.fold is None or len(rows)
        ]
        outputs = self.outputs([split for split, _ in trained], [rows for _, rows in trained])
        parts: dict[int, list[Predictions]] = {split.replicate: [] for split in splits}
        for (split, rows), of_split in zip(trained, outputs, strict=True):
            if split.fold != ALL:
                logits = [output.logits for output in of_split]
                parts[split.replicate].append(self.head.predictions(split.manifest, rows, logits))
        if not all(parts.values()):
            raise DataError("No photo is of a class that the head is tested on")
        predictions = [pooled(of_replicate, splits[0].manifest)[0] for of_replicate in parts.values()]
        return predictions, [row for of_split in outputs for output in of_split for row in output.curves]

    def outputs(self, splits: Sequence[TrainingSplit], rows: Sequence[NDArray[np.int64]]) -> list[list[NetworkOutput]]:
        """Train one model per split, and return the outputs of its networks for given rows.

        Networks that a killed run has finished are not trained again.

        Args:
            splits: The splits.
            rows: Rows of the manifest for which the outputs of each split's model are returned.

        Returns:
            For each split, the output of each of its networks.
        """
        outputs: list[list[NetworkOutput]] = [[] for _ in splits]
        n_replicates = len({split.replicate for split in splits})
        for jobs in self.jobs(splits, rows):
            unfinished = [job for job in jobs if not self.trainer.files.outputs(job).exists()]
            if self.trainer.on_features:
                for group in self.trainer.groups(unfinished):
                    self.trainer.train_batched(group)
            else:
                for job in unfinished:
                    self.trainer.train_alone(job, n_replicates)
            for of_split, job in zip(outputs, jobs, strict=True):
                of_split.append(self._output(job))
        return outputs

    def jobs(self, splits: Sequence[TrainingSplit], rows: Sequence[NDArray[np.int64]]) -> list[list[TrainingJob]]:
        """Return, for each network of the head, its training job on each split."""
        by_split = [self.head.network_targets(split.manifest) for split in splits]
        return [
            [
                TrainingJob(split.replicate, network_index, split.seed, network, split.manifest, of_split, split.fold)
                for split, network, of_split in zip(splits, networks, rows, strict=True)
            ]
            for network_index, networks in enumerate(zip(*by_split, strict=True))
        ]

    def _test_rows(self, split: TrainingSplit) -> NDArray[np.int64]:
        """Return the rows to predict; of the model of all photos, which is not tested, one photo."""
        return split.manifest.rows("train")[:1] if split.fold == ALL else self.head.test_rows(split.manifest)

    def _output(self, job: TrainingJob) -> NetworkOutput:
        """Read the output of a finished job; features of a frozen backbone come from the cache."""
        networks = self.trainer.networks
        frozen = self.trainer.with_features and networks.first_backbone.frozen
        return self.trainer.files.read(job, networks.features.array if frozen else None)
