"""One clusterer's partitions for k = 1, 2, ... of one set of vectors, and what all criteria read of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer
from components.metrics import silhouettes

Vectors = NDArray[np.floating[Any]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """What a criterion says of each k, and the k that it chooses.

    Attributes:
        criterion: Its name.
        reads: What it looks for in its curve: "knee", "highest", "lowest", ...
        ks: (m,) numbers of clusters that it has a score for.
        scores: (m,) its curve.
        k: Its choice; None when it finds none.
        spread: (m,) standard error of each score, where it has one.
        remark: What else must be known: versions, draws.
    """

    criterion: str
    reads: str
    ks: tuple[int, ...]
    scores: tuple[float, ...]
    k: int | None
    spread: tuple[float, ...] | None = None
    remark: str = ""


def disagreement(choices: Sequence[Choice]) -> str | None:
    """Which criteria choose which k, where they do not agree; None where they do."""
    voters: dict[int, list[str]] = {}
    silent = []
    for one in choices:
        if not one.ks:
            continue
        if one.k is None:
            silent.append(one.criterion.replace("_", " "))
        else:
            voters.setdefault(one.k, []).append(one.criterion.replace("_", " "))
    if len(voters) < 2 and not silent:
        return None
    said = [f"{k} by {', '.join(names)}" for k, names in sorted(voters.items())]
    said += [f"none by {', '.join(silent)}"] if silent else []
    return f"the criteria do not agree on the number of clusters: {'; '.join(said)}"


class Criterion(Protocol):
    """Chooses a number of clusters. Its `repr` names everything that determines the choice."""

    @property
    def name(self) -> str:
        """As figures and tables call it."""

    def choose(self, sweep: "Sweep") -> Choice:
        """Score the partitions of a sweep and choose one."""


@dataclass(frozen=True)
class Sweep:
    """Partitions for k = 1 .. k_max.

    Attributes:
        vectors: (n, d).
        clusterer: What made the partitions; some criteria ask it to divide other vectors too.
        labels: (k_max, n) int64, those for k in row k - 1.
        seed: Of clusterings and draws.
        seconds: Time that all k took together.
        device: Where distances are worked out.
        progress: Is told of each draw of a criterion that clusters anew.
    """

    vectors: Vectors
    clusterer: Clusterer
    labels: NDArray[np.int64]
    seed: int
    seconds: float
    device: str = "cpu"
    progress: Callable[[str], None] = lambda _: None

    @classmethod
    def of(
        cls,
        vectors: Vectors,
        clusterer: Clusterer,
        k_max: int,
        *,
        seed: int = 0,
        device: str = "cpu",
        progress: Callable[[str], None] = lambda _: None,
    ) -> "Sweep":
        """Divide the vectors into 1 .. k_max clusters, in one call.

        Raises:
            ConfigError: When k_max is below 1 or above n.
        """
        began = time.perf_counter()
        labels = clusterer.partitions(vectors, range(1, k_max + 1), (seed,))[0]
        return cls(vectors, clusterer, labels, seed, time.perf_counter() - began, device, progress)

    @property
    def k_max(self) -> int:
        """The largest number of clusters."""
        return len(self.labels)

    @cached_property
    def within(self) -> Floats:
        """(k_max,) sum of squared distances of vectors to the mean of their cluster."""
        return within_cluster_squares(self.vectors, self.labels)

    @cached_property
    def mean_silhouettes(self) -> Floats:
        """(k_max,) mean silhouette of each partition; NaN for one cluster."""
        found = np.full(self.k_max, np.nan)
        if self.k_max > 1:
            found[1:] = silhouettes(self.vectors, self.labels[1:], device=self.device).mean(axis=1)
        return found


def within_cluster_squares(vectors: Vectors, labels: NDArray[np.int64]) -> Floats:
    """(m,) sum of squared distances to the cluster means of each of the (m, n) partitions, by one matrix product."""
    exact = np.asarray(vectors, dtype=np.float64)
    exact = exact - exact.mean(axis=0)
    sizes = [int(row.max()) + 1 for row in labels]
    offsets = np.cumsum([0, *sizes[:-1]])
    members = np.zeros((sum(sizes), len(exact)))
    for row, offset in zip(labels, offsets, strict=True):
        members[offset + row, np.arange(len(exact))] = 1
    sums = members @ exact
    squares = np.einsum("kd,kd->k", sums, sums) / np.maximum(members.sum(axis=1), 1)
    total = float(np.einsum("nd,nd->", exact, exact))
    within: Floats = np.maximum(total - np.add.reduceat(squares, offsets), 0)
    return within


def best_of(ks: Sequence[int], scores: Floats, *, lowest: bool = False) -> int | None:
    """The k of the highest (or lowest) score; the smaller of two that are equal; None where none is defined."""
    if not np.isfinite(scores).any():
        return None
    return ks[int(np.nanargmin(scores) if lowest else np.nanargmax(scores))]
