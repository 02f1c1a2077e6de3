"""Classes against clusters: the table that every comparison of a partition with a truth is a function of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from components.errors import DataError
from components.results import NOISE, Partition

NOISE_NAME = "noise"


@dataclass(frozen=True)
class Contingency:
    """How many photos of each class are in each cluster.

    Attributes:
        classes: C names, sorted.
        clusters: K names: numbers, and "noise" last where there is any.
        counts: (C, K) photos.
    """

    classes: tuple[str, ...]
    clusters: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def has_noise(self) -> bool:
        """Whether the last column is that of photos in no cluster."""
        return bool(self.clusters) and self.clusters[-1] == NOISE_NAME


def contingency(partition: Partition) -> Contingency:
    """The table of the photos whose class is known.

    Raises:
        DataError: When no class is known.
    """
    classes, clusters, cells = cells_of(partition)
    counts = np.bincount(cells, minlength=len(classes) * len(clusters)).reshape(len(classes), len(clusters))
    return Contingency(classes, clusters, counts.astype(np.int64))


def cells_of(partition: Partition) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int64]]:
    """Classes, clusters, and for each photo the number of its cell, row by row; all photos must have a class.

    Raises:
        DataError: When a class is not known.
    """
    if not len(partition) or (partition.label == "").any():
        unknown = int((partition.label == "").sum())
        raise DataError(
            f"the class of {unknown} of {len(partition)} photos is not known: clusters cannot be held to it"
        )
    classes, row = np.unique(partition.label.astype(str), return_inverse=True)
    numbers = partition.clusters
    noisy = partition.noise > 0
    column = np.searchsorted(np.array(numbers, dtype=np.int64), partition.cluster)
    column[partition.cluster == NOISE] = len(numbers)
    names = (*map(str, numbers), *([NOISE_NAME] if noisy else []))
    return tuple(classes.tolist()), names, (row * len(names) + column).astype(np.int64)


def matching(table: Contingency) -> dict[int, int]:
    """The one-to-one matching of classes (rows) and clusters (columns) with most photos in common (Kuhn 1955)."""
    counts = table.counts[:, :-1] if table.has_noise else table.counts
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))


def matched(table: Contingency) -> Contingency:
    """The table with its columns in the order of the classes they match; what matches none follows, noise last."""
    partner = matching(table)
    noise = [len(table.clusters) - 1] if table.has_noise else []
    first = [partner[row] for row in range(len(table.classes)) if row in partner]
    rest = [one for one in range(len(table.clusters)) if one not in {*first, *noise}]
    order = [*first, *rest, *noise]
    rows = [row for row in range(len(table.classes)) if row in partner]
    rows += [row for row in range(len(table.classes)) if row not in partner]
    classes = tuple(table.classes[row] for row in rows)
    return Contingency(classes, tuple(table.clusters[one] for one in order), table.counts[np.ix_(rows, order)])


def pair_confusion(table: Contingency) -> NDArray[np.int64]:
    """(2, 2) ordered pairs of photos, apart or together by class (rows) and by cluster (columns).

    Each pair counts twice, once in each order, as in scikit-learn's `pair_confusion_matrix`.
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
