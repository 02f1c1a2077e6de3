"""Contingency tables of classes and clusters, and their one-to-one matching."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from components.errors import DataError
from components.results import NOISE, Partition
from components.wording import counted

NOISE_NAME = "noise"
"""Name of the column of photos that are in no cluster."""


@dataclass(frozen=True)
class Contingency:
    """Number of photos of each class in each cluster.

    Attributes:
        classes: C names, sorted.
        clusters: K names: the numbers of the clusters, and "noise" last if there is any.
        counts: (C, K) photos.
    """

    classes: tuple[str, ...]
    clusters: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def has_noise(self) -> bool:
        """Whether the last column counts the photos that are in no cluster."""
        return bool(self.clusters) and self.clusters[-1] == NOISE_NAME


def contingency(partition: Partition) -> Contingency:
    """Count photos by class and cluster.

    Raises:
        DataError: When a photo has no class.
    """
    classes, clusters, cells = cells_of(partition)
    counts = np.bincount(cells, minlength=len(classes) * len(clusters)).reshape(len(classes), len(clusters))
    return Contingency(classes, clusters, counts.astype(np.int64))


def cells_of(partition: Partition) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int64]]:
    """Return the names of classes and clusters, and for each photo the index of its cell in row-major order.

    Raises:
        DataError: When a photo has no class.
    """
    if not len(partition) or (partition.label == "").any():
        unknown = int((partition.label == "").sum())
        raise DataError(
            f"the class of {unknown} of {counted(len(partition), 'photo')} is not known: the clusters cannot be "
            "compared with classes"
        )
    classes, row = np.unique(partition.label.astype(str), return_inverse=True)
    numbers = partition.clusters
    column = np.searchsorted(np.array(numbers, dtype=np.int64), partition.cluster)
    column[partition.cluster == NOISE] = len(numbers)
    names = (*map(str, numbers), *([NOISE_NAME] if partition.noise else []))
    return tuple(classes.tolist()), names, (row * len(names) + column).astype(np.int64)


def matching(table: Contingency) -> dict[int, int]:
    """Match rows (classes) with columns (clusters) one to one so that most photos agree (Kuhn 1955)."""
    counts = table.counts[:, :-1] if table.has_noise else table.counts
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))


def matched(table: Contingency) -> Contingency:
    """Reorder rows and columns so that matched classes and clusters are on the diagonal, the noise last."""
    partner = matching(table)
    rows = [row for row in range(len(table.classes)) if row in partner]
    columns = [partner[row] for row in rows]
    noise = [len(table.clusters) - 1] if table.has_noise else []
    columns += [column for column in range(len(table.clusters)) if column not in {*columns, *noise}]
    columns += noise
    rows += [row for row in range(len(table.classes)) if row not in partner]
    classes = tuple(table.classes[row] for row in rows)
    clusters = tuple(table.clusters[column] for column in columns)
    return Contingency(classes, clusters, table.counts[np.ix_(rows, columns)])


def pair_confusion(table: Contingency) -> NDArray[np.int64]:
    """Count ordered pairs of photos by whether they share a class and a cluster.

    Returns:
        (2, 2) counts: rows are different or same class, columns different or same cluster. Each pair counts twice, once
        in each order, as in scikit-learn's `pair_confusion_matrix`.
    """
    counts = table.counts
    n = int(counts.sum())
    same_both = int((counts**2).sum()) - n
    same_class = int((counts.sum(axis=1) ** 2).sum()) - n
    same_cluster = int((counts.sum(axis=0) ** 2).sum()) - n
    all_pairs = n * n - n
    return np.array(
        [
            [all_pairs - same_class - same_cluster + same_both, same_cluster - same_both],
            [same_class - same_both, same_both],
        ],
        dtype=np.int64,
    )
