"""Lloyd's algorithm for many k-means runs at once: all numbers of clusters, restarts and seeds.

The state of a run is the sum of the vectors of each cluster. An iteration needs the product of each sum with each
vector, which is one matrix product for all runs together; separate runs would multiply by matrices of two to fifteen
columns and be limited by memory bandwidth. Sums change only by vectors that change their cluster, and runs in which
no vector does have converged and are removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from components.clusterers import vector_sums
from components.clusterers.empty_clusters import fill_empty_clusters
from components.clusterers.kmeans_plus_plus import kmeans_plus_plus
from components.clusterers.vector_sums import ActiveRuns, VectorSums

MIN_GAIN = 1e-6
"""Smallest gain of a reassignment, relative to the mean squared length; smaller gains are rounding errors, which could
move a vector back and forth forever."""


@dataclass(frozen=True)
class RunResults:
    """Results of all S runs for one number of clusters.

    Attributes:
        labels: (S, n) cluster of each vector.
        explained: (S,) explained sum of squares (of lengths, for spherical k-means); the inertia is a constant minus
            this, so that the best run has the largest.
    """

    labels: torch.Tensor
    explained: torch.Tensor


class Lloyd:
    """Lloyd's algorithm on one set of vectors."""

    def __init__(self, vectors: torch.Tensor, *, spherical: bool) -> None:
        """Prepare the vectors.

        Args:
            vectors: (n, d) float32; unit vectors for spherical k-means.
            spherical: Spherical k-means, with the cosine as similarity.
        """
        self.n, self.spherical = len(vectors), spherical
        self.vector_sums = VectorSums(vectors)
        self.min_gain = MIN_GAIN * float(self.vector_sums.squares.mean())

    def run(self, ks: Sequence[int], uniform: torch.Tensor, max_iter: int) -> dict[int, RunResults]:
        """Run every initialisation for every number of clusters until it converges.

        Args:
            ks: Numbers of clusters in increasing order.
            uniform: (S, k, TRIALS) random numbers of the S initialisations.
            max_iter: Largest number of iterations.
        """
        all_runs = torch.arange(len(uniform), device=uniform.device)
        initial = kmeans_plus_plus(self.vector_sums.squared_distances, self.n, ks, uniform)
        results = {
            k: RunResults(labels, torch.zeros(len(all_runs), device=labels.device)) for k, labels in initial.items()
        }
        groups = [ActiveRuns(k, all_runs, labels) for k, labels in initial.items()]
        sums = self.vector_sums.compute(groups)
        for _ in range(max_iter):
            norms = self.vector_sums.squared_norms(groups, sums)
            for group, group_norms in zip(groups, norms, strict=True):
                results[group.k].explained[group.run] = self.explained(group_norms, group.counts())
            new_labels = self.assign(groups, sums, norms)
            moving = [(labels != group.labels).any(dim=1) for group, labels in zip(groups, new_labels, strict=True)]
            previous, old_labels = groups, []
            groups = []
            for group, labels, mask in zip(previous, new_labels, moving, strict=True):
                if bool(mask.any()):
                    old_labels.append(group.labels[mask])
                    groups.append(ActiveRuns(group.k, group.run[mask], labels[mask]))
                    results[group.k].labels[groups[-1].run] = groups[-1].labels
            if not groups:
                break
            if sum(group.n_sums for group in groups) < len(sums):
                kept = [mask.repeat_interleave(group.k) for mask, group in zip(moving, previous, strict=True)]
                sums = sums[torch.cat(kept)]
            sums = self.vector_sums.update(groups, old_labels, sums)
        return results

    def assign(
        self, groups: Sequence[ActiveRuns], sums: torch.Tensor, norms: Sequence[torch.Tensor]
    ) -> list[torch.Tensor]:
        """Return the nearest cluster (A, n) of each vector, for each group of runs."""
        new_labels = [torch.empty_like(group.labels) for group in groups]
        lowest_costs = [torch.zeros(group.labels.shape, device=sums.device) for group in groups]
        counts = [group.counts() for group in groups]
        width = max(1, vector_sums.CHUNK_ELEMENTS // len(sums))
        for start in range(0, self.n, width):
            part = slice(start, min(start + width, self.n))
            products = self.vector_sums.products(sums, part)
            for index, group_products in enumerate(torch.split(products, [group.n_sums for group in groups])):
                costs = self.costs(group_products.reshape(*norms[index].shape, -1), norms[index], counts[index])
                lowest, nearest = costs.min(dim=1)
                current = groups[index].labels[:, part]
                current_costs = costs.gather(1, current[:, None])[:, 0]
                new_labels[index][:, part] = torch.where(current_costs - lowest > self.min_gain, nearest, current)
                lowest_costs[index][:, part] = lowest
        for group, labels, costs in zip(groups, new_labels, lowest_costs, strict=True):
            total = costs if self.spherical else costs + self.vector_sums.squares
            fill_empty_clusters(labels, total, group.k, self.min_gain)
        return new_labels

    def explained(self, norms: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        """Return the explained sum (A,) of each run from squared norms (A, k) and counts (A, k)."""
        return (norms.clamp(min=0).sqrt() if self.spherical else norms / counts.clamp(min=1)).sum(dim=1)

    def costs(self, products: torch.Tensor, norms: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        """Return the cost of each vector in each cluster.

        Args:
            products: (A, k, m) products of sums and vectors.
            norms: (A, k) squared norms of the sums.
            counts: (A, k) numbers of vectors.

        Returns:
            (A, k, m) squared distance to the centre minus the squared length of the vector; for spherical k-means the
            negative cosine.
        """
        if self.spherical:
            return products * torch.where(norms > 0, -norms.clamp(min=1e-30).rsqrt(), 0)[..., None]
        at_least_one = counts.clamp(min=1)
        offset = torch.where(counts > 0, norms / at_least_one**2, torch.inf)
        return torch.addcmul(offset[..., None], products, (-2 / at_least_one)[..., None])
