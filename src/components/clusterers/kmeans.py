"""k-means for all numbers of clusters, restarts and seeds in one batched call, on the CPU or a GPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from components.clusterers.clusterer import Floats, Labels, check_ks, equal_vectors_together
from components.training import pick_device


@dataclass(frozen=True)
class KMeansSweep:
    """Results of k-means for several numbers of clusters and seeds.

    Attributes:
        labels: (seeds, n_k, n) int64 label of each vector, from the best restart.
        inertia: (seeds, n_k) float64 sum of squared distances to the centres; for spherical k-means the sum of
            1 - cosine.
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
    """Run k-means (Lloyd 1982) with greedy k-means++ initialisation (Arthur & Vassilvitskii 2007), all runs at once.

    The result for a number of clusters and a seed does not depend on the others in the call. A run iterates until no
    reassignment improves it, which is at least as strict as scikit-learn's tolerance.

    Args:
        vectors: (n, d).
        ks: Numbers of clusters.
        seeds: Seeds; each has a result of its own.
        n_init: Number of restarts, of which the one with the lowest inertia is kept.
        max_iter: Largest number of iterations of a run.
        spherical: Spherical k-means: centres and vectors have unit length, and similarity is the cosine (Dhillon &
            Modha 2001).
        device: cpu, cuda or auto.

    Raises:
        ConfigError: A number of clusters is below 1 or above n, or the device is not available.
    """
    import torch

    from components.clusterers.kmeans_plus_plus import draw_uniform
    from components.clusterers.lloyd import Lloyd

    check_ks(ks, len(vectors))
    torch_device = pick_device(device)
    if torch_device.type == "mps":
        torch_device = torch.device("cpu")  # the sums need double precision, which MPS does not have
    data = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32)).to(torch_device)
    data = torch.nn.functional.normalize(data) if spherical else data - data.mean(dim=0)
    runs = [(seed, restart) for seed in seeds for restart in range(n_init)]
    sorted_ks = sorted(set(ks))
    uniform = draw_uniform(runs, sorted_ks[-1]).to(torch_device)
    with torch.no_grad():
        results = Lloyd(data, spherical=spherical).run(sorted_ks, uniform, max_iter)
    labels = np.empty((len(seeds), len(ks), len(vectors)), dtype=np.int64)
    inertia = np.empty((len(seeds), len(ks)))
    exact = data.double()
    for column, k in enumerate(ks):
        best = results[k].explained.view(len(seeds), n_init).argmax(dim=1)
        best_labels = results[k].labels[torch.arange(len(seeds), device=torch_device) * n_init + best]
        labels[:, column] = best_labels.cpu().numpy()
        for row, label in enumerate(best_labels):
            sums = torch.zeros((k, data.shape[1]), dtype=exact.dtype, device=torch_device).index_add_(0, label, exact)
            norms = sums.norm(dim=1)
            explained = norms if spherical else norms**2 / label.bincount(minlength=k).clamp(min=1)
            total = len(exact) if spherical else (exact**2).sum()
            inertia[row, column] = float(total - explained.sum())
    return KMeansSweep(labels, inertia)


@dataclass(frozen=True)
class KMeans:
    """k-means with k-means++ initialisation and restarts; all numbers of clusters and seeds in one batched call.

    Attributes:
        n_init: Number of restarts, of which the one with the lowest inertia is kept.
        max_iter: Largest number of iterations.
        device: auto, cpu or cuda.
        spherical: Spherical k-means, with the cosine as similarity.
    """

    n_init: int = 10
    max_iter: int = 300
    device: str = "cpu"
    spherical: bool = False
    finds_k: ClassVar[bool] = False
    seeded: ClassVar[bool] = True

    @equal_vectors_together
    def partitions(self, vectors: Floats, ks: Sequence[int], seeds: Sequence[int]) -> Labels:
        """Return (seeds, n_k, n) labels; see `Clusterer.partitions`."""
        result = sweep_kmeans(
            vectors, ks, seeds=seeds, n_init=self.n_init, max_iter=self.max_iter,
            spherical=self.spherical, device=self.device,
        )  # fmt: skip
        return result.labels
