"""k-means for every k, restart and seed in one batched call, on the processor or on a GPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from components.clusterers.clusterer import Floats, Labels, check_ks
from components.training import pick_device


@dataclass(frozen=True)
class KMeansSweep:
    """k-means for several k and seeds.

    Attributes:
        labels: (seeds, n_k, n) int64 cluster of each vector, in the best of the restarts.
        inertia: (seeds, n_k) float64 sum of squared distances to the centres; of the spherical kind, of 1 - cosine.
    """

    labels: NDArray[np.int64]
    inertia: NDArray[np.float64]


def sweep_kmeans(
    vectors: NDArray[np.float32],
    ks: Sequence[int],
    *,
    seeds: Sequence[int] = (0,),
    n_init: int = 10,
    max_iter: int = 300,
    spherical: bool = False,
    device: str = "cpu",
) -> KMeansSweep:
    """k-means (Lloyd 1982) from greedy k-means++ seeds (Arthur & Vassilvitskii 2007), all runs at once.

    The result of a k and a seed is the same whatever the other k and seeds of the call are. Iterations go on until no
    vector gains by moving, which is at least as far as scikit-learn's tolerance goes.

    Args:
        vectors: (n, d).
        ks: Numbers of clusters.
        seeds: Each gives a result of its own.
        n_init: Restarts, of which the one with the least inertia is kept.
        max_iter: Iterations of a run at most.
        spherical: Divide directions: centres and vectors have length 1, and the cosine decides (Dhillon & Modha 2001).
        device: Where to work: cpu, cuda, auto.

    Raises:
        ConfigError: When a k is below 1 or above n, or the device is not to be had.
    """
    import torch

    from components.clusterers.lloyd import Lloyd
    from components.clusterers.seeding import random_numbers

    check_ks(ks, len(vectors))
    place = pick_device(device)
    if place.type == "mps":
        place = torch.device("cpu")  # sums need double precision, which it lacks
    data = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32)).to(place)
    data = torch.nn.functional.normalize(data) if spherical else data - data.mean(dim=0)
    starts = [(seed, restart) for seed in seeds for restart in range(n_init)]
    rising = sorted(set(ks))
    uniform = random_numbers(starts, rising[-1]).to(place)
    with torch.no_grad():
        found = Lloyd(data, spherical=spherical).solve(rising, uniform, max_iter)
    labels = np.empty((len(seeds), len(ks), len(vectors)), dtype=np.int64)
    inertia = np.empty((len(seeds), len(ks)))
    exact = data.double()
    for column, k in enumerate(ks):
        best = found[k].tightness.view(len(seeds), n_init).argmax(dim=1)
        chosen = found[k].labels[torch.arange(len(seeds), device=place) * n_init + best]
        labels[:, column] = chosen.cpu().numpy()
        for row, one in enumerate(chosen):
            centres = torch.zeros((k, data.shape[1]), dtype=exact.dtype, device=place).index_add_(0, one, exact)
            lengths = centres.norm(dim=1)
            explained = lengths if spherical else lengths**2 / one.bincount(minlength=k).clamp(min=1)
            whole = len(exact) if spherical else (exact**2).sum()
            inertia[row, column] = float(whole - explained.sum())
    return KMeansSweep(labels, inertia)


@dataclass(frozen=True)
class KMeans:
    """k-means, with k-means++ seeds and restarts; every k and seed in one batched call.

    Attributes:
        n_init: Restarts, of which the tightest is kept.
        max_iter: Iterations at most.
        device: Where to work: auto, cpu, cuda.
        spherical: Divide directions, by the cosine.
    """

    n_init: int = 10
    max_iter: int = 300
    device: str = "cpu"
    spherical: bool = False
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """(seeds, n_k, n) labels; see `components.clusterers.clusterer`."""
        found = sweep_kmeans(
            vectors, ks, seeds=seeds, n_init=self.n_init, max_iter=self.max_iter,
            spherical=self.spherical, device=self.device,
        )  # fmt: skip
        return found.labels
