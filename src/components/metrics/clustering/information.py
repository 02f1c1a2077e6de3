"""Information-theoretic metrics of a clustering: homogeneity, completeness, V-measure, adjusted mutual information."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from components.metrics.statistics import Floats, ratio

EPSILON = 1e-12
"""Entropies and differences of information below this are rounding errors."""


def information_metrics(counts: Floats, *, adjusted: bool) -> dict[str, Floats]:
    """Compute homogeneity, completeness and V-measure, and AMI if `adjusted`.

    Args:
        counts: (C, K, B) photos of each class in each cluster.
        adjusted: Whether to compute AMI, which is slow.

    Returns:
        (B,) each.
    """
    n = counts.sum(axis=(0, 1))
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_n = np.log(n)
    class_entropy = log_n - xlogy(rows, rows).sum(axis=0) / n
    cluster_entropy = log_n - xlogy(columns, columns).sum(axis=0) / n
    joint_entropy = log_n - xlogy(counts, counts).sum(axis=(0, 1)) / n
    mutual = np.maximum(class_entropy + cluster_entropy - joint_entropy, 0)
    homogeneity = np.where(class_entropy > EPSILON, ratio(mutual, class_entropy, 1.0), 1.0)
    completeness = np.where(cluster_entropy > EPSILON, ratio(mutual, cluster_entropy, 1.0), 1.0)
    total = homogeneity + completeness
    found = {
        "homogeneity": homogeneity,
        "completeness": completeness,
        "v_measure": ratio(2 * homogeneity * completeness, total, 0.0),
    }
    if adjusted:
        by_chance = np.array([expected_mutual_information(a, b) for a, b in zip(rows.T, columns.T, strict=True)])
        above_chance = (class_entropy + cluster_entropy) / 2 - by_chance
        trivial = np.abs(above_chance) < EPSILON  # one class and one cluster, or each photo a class and a cluster
        found["ami"] = np.where(trivial, 1.0, ratio(mutual - by_chance, above_chance, 1.0))
    return found


def expected_mutual_information(rows: Floats, columns: Floats) -> float:
    """Return the mean mutual information of random partitions with these sizes (Vinh et al. 2010).

    The count of a cell follows a hypergeometric distribution; the sum runs over all counts that a cell can have.

    Args:
        rows: (C,) sizes of the classes.
        columns: (K,) sizes of the clusters.
    """
    rows, columns = rows[rows > 0], columns[columns > 0]
    n = float(rows.sum())
    a, b = (sizes.ravel() for sizes in np.broadcast_arrays(rows[:, None], columns[None, :]))
    smallest, largest = np.maximum(1, a + b - n), np.minimum(a, b)
    lengths = (largest - smallest + 1).astype(np.int64)
    cell = np.repeat(np.arange(len(a)), lengths)
    count = np.arange(len(cell)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(smallest, lengths)
    logs = _log_factorials(int(n))
    a_, b_ = a[cell], b[cell]

    def log_factorial(numbers: Floats) -> Floats:
        return logs[numbers.astype(np.int64)]

    chance = np.exp(
        (log_factorial(a) + log_factorial(b) + log_factorial(n - a) + log_factorial(n - b) - logs[int(n)])[cell]
        - log_factorial(count) - log_factorial(a_ - count) - log_factorial(b_ - count)
        - log_factorial(n - a_ - b_ + count)
    )  # fmt: skip
    return float((count / n * np.log(n * count / (a_ * b_)) * chance).sum())


_factorials: NDArray[np.float64] = np.zeros(0)


def _log_factorials(n: int) -> NDArray[np.float64]:
    """Return log 0!, log 1!, ... log n!, cached between calls."""
    global _factorials  # noqa: PLW0603
    if len(_factorials) <= n:
        _factorials = gammaln(np.arange(n + 1) + 1.0)
    return _factorials
