"""Training jobs: one network of one replicate each, or of one of its folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.heads import NetworkTargets
from experiments.models.job_names import job_name


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
        fold: Index of the fold, from 0; "all" for the network that is trained on all photos; None without folds.
    """

    replicate: int
    network_index: int
    seed: int
    network: NetworkTargets
    manifest: Manifest
    rows: NDArray[np.int64]
    fold: int | Literal["all"] | None = None

    @property
    def name(self) -> str:
        """Name of the job in file names and curves, such as "closed-0" or, in a fold, "closed-0-fold3"."""
        return job_name(self.network.name, self.replicate, self.fold)

    @property
    def is_first(self) -> bool:
        """Whether the network is the first of the first replicate and fold."""
        return (self.replicate, self.network_index) == (0, 0) and self.fold in (None, 0)

    @property
    def labels(self) -> dict[str, int | str]:
        """Replicate, fold if there are folds, and network: the first columns of curves.csv."""
        fold: dict[str, int | str] = {} if self.fold is None else {"fold": self.fold}
        return {"replicate": self.replicate, **fold, "network": self.network.name}

    def position(self, n_replicates: int) -> str:
        """Return which of the replicates and folds this is, in words: "replicate 1/5, fold 3"."""
        replicate = f"replicate {self.replicate + 1}/{n_replicates}"
        if self.fold is None:
            return replicate
        return "all photos" if self.fold == "all" else f"{replicate}, fold {self.fold}"

    def split_rows(self, split: str) -> NDArray[np.int64]:
        """Return the rows of a split ("train", "validation") that the network has targets for."""
        rows = self.manifest.rows(split)
        return rows[self.network.uses(rows)]


def group_batchable(jobs: Sequence[TrainingJob], *, equal_sizes: bool = True) -> list[list[TrainingJob]]:
    """Group the jobs that one call can train.

    Args:
        jobs: The jobs.
        equal_sizes: Whether the splits of a group must be of equal size, as for `fit_batched`; not so for probes.

    Returns:
        Groups of jobs with equal targets and sample weights.
    """
    groups: dict[tuple[int, int, bytes, bytes], list[TrainingJob]] = {}
    for job in jobs:
        weights = b"" if job.network.weights is None else job.network.weights.tobytes()
        sizes = (len(job.split_rows("train")), len(job.split_rows("validation"))) if equal_sizes else (0, 0)
        groups.setdefault((*sizes, job.network.targets.tobytes(), weights), []).append(job)
    return list(groups.values())
