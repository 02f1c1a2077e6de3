"""Training jobs: one network of one replicate each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.heads import NetworkTargets


@dataclass(frozen=True)
class TrainingJob:
    """One network to train.

    Attributes:
        replicate: Index of the replicate, from 0.
        network_index: Index of the network among the networks of the head, from 0.
        seed: Seed of the replicate.
        network: Name, targets and class names of the network.
        manifest: Photos with the split of the replicate.
        rows: Rows of the manifest whose outputs are computed after training.
    """

    replicate: int
    network_index: int
    seed: int
    network: NetworkTargets
    manifest: Manifest
    rows: NDArray[np.int64]

    @property
    def name(self) -> str:
        """Name of the job in file names and curves, such as "closed-0"."""
        return f"{self.network.name}-{self.replicate}"

    def split_rows(self, split: str) -> NDArray[np.int64]:
        """Return the rows of a split ("train", "validation") that the network has targets for."""
        rows = self.manifest.rows(split)
        return rows[self.network.uses(rows)]


def group_batchable(jobs: Sequence[TrainingJob]) -> list[list[TrainingJob]]:
    """Group the jobs that `fit_batched` can train in one call.

    The jobs of a group have equal targets and sample weights, and splits of equal size.
    """
    groups: dict[tuple[int, int, bytes, bytes], list[TrainingJob]] = {}
    for job in jobs:
        weights = b"" if job.network.weights is None else job.network.weights.tobytes()
        sizes = len(job.split_rows("train")), len(job.split_rows("validation"))
        groups.setdefault((*sizes, job.network.targets.tobytes(), weights), []).append(job)
    return list(groups.values())
