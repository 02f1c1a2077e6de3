"""Sums of the vectors of each cluster, for many k-means runs at once.

If there are few vectors, their Gram matrix is computed once and a sum is represented by its products with all vectors,
the sum of the Gram matrix's rows; no matrix products are needed afterwards. Otherwise a sum is the sum of the vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

GRAM_LIMIT = 4096
"""Largest number of vectors whose Gram matrix (64 MB) is computed."""

CHUNK_ELEMENTS = 1 << 26
"""Elements of a chunk of products, 256 MB in float32."""

PRODUCTS_PER_MOVE = 300_000
"""Multiplications of a matrix product that take as long as moving one vector from one sum to another."""


@dataclass(frozen=True)
class ActiveRuns:
    """The runs for one number of clusters that have not converged.

    Attributes:
        k: Number of clusters.
        run: (A,) index of each run among all runs.
        labels: (A, n) cluster of each vector.
    """

    k: int
    run: torch.Tensor
    labels: torch.Tensor

    @property
    def n_sums(self) -> int:
        """Number of sums, A * k."""
        return len(self.run) * self.k

    def counts(self) -> torch.Tensor:
        """Return (A, k) float32 numbers of vectors in each cluster."""
        ones = torch.ones(1, device=self.labels.device).expand(self.labels.shape)
        return torch.zeros((len(self.run), self.k), device=ones.device).scatter_add_(1, self.labels, ones)


class VectorSums:
    """Computes and updates sums of vectors; `sums` is always (total number of sums, f).

    Attributes:
        n: Number of vectors.
        vectors: (n, d) the vectors.
        squares: (n,) their squared lengths.
        use_gram: Whether sums are represented by their products with all vectors.
        representation: (n, f) what is added up: the Gram matrix or the vectors.
    """

    def __init__(self, vectors: torch.Tensor) -> None:
        """Take (n, d) float32 vectors."""
        self.n, self.vectors = len(vectors), vectors
        self.use_gram = self.n <= GRAM_LIMIT
        self.squares = (vectors**2).sum(dim=1)
        self.representation = vectors @ vectors.T if self.use_gram else vectors

    def squared_distances(self, indices: torch.Tensor) -> torch.Tensor:
        """Return the squared distances (m, n) from the vectors at (m,) indices to all vectors."""
        products = self.representation[indices] if self.use_gram else self.vectors[indices] @ self.vectors.T
        return products.mul_(-2).add_(self.squares).add_(self.squares[indices, None])

    def products(self, sums: torch.Tensor, part: slice) -> torch.Tensor:
        """Return the products of all sums with the vectors in `part`."""
        return sums[:, part] if self.use_gram else sums @ self.vectors[part].T

    def squared_norms(self, groups: Sequence[ActiveRuns], sums: torch.Tensor) -> list[torch.Tensor]:
        """Return the squared length (A, k) of each sum, for each group of runs."""
        norms = []
        for group, group_sums in zip(groups, torch.split(sums, [group.n_sums for group in groups]), strict=True):
            if self.use_gram:  # the squared length is the total of the sum's products with its own vectors
                view = group_sums.view(len(group.run), group.k, self.n)
                products = view.gather(1, group.labels[:, None])[:, 0]
                total = torch.zeros((len(group.run), group.k), device=sums.device)
                norms.append(total.scatter_add_(1, group.labels, products))
            else:
                norms.append((group_sums**2).sum(dim=1).view(len(group.run), group.k))
        return norms

    def compute(self, groups: Sequence[ActiveRuns]) -> torch.Tensor:
        """Compute all sums, by products with the indicator matrices of the clusters."""
        total = sum(group.n_sums for group in groups)
        sums = torch.zeros((total, self.representation.shape[1]), device=self.representation.device)
        width = max(1, CHUNK_ELEMENTS // max(1, total))
        for start in range(0, self.n, width):
            part = slice(start, min(start + width, self.n))
            size = part.stop - start
            members = torch.zeros((total, size), device=sums.device)
            for group, rows in zip(groups, torch.split(members, [group.n_sums for group in groups]), strict=True):
                rows.view(len(group.run), group.k, size).scatter_(1, group.labels[:, None, part], 1)
            sums.addmm_(members, self.representation[part])
        return sums

    def update(
        self, groups: Sequence[ActiveRuns], old_labels: Sequence[torch.Tensor], sums: torch.Tensor
    ) -> torch.Tensor:
        """Update sums after a change of labels, by moving single vectors or, after many changes, from scratch.

        Args:
            groups: Runs with their new labels.
            old_labels: (A, n) labels that belong to `sums`, for each group.
            sums: Sums before the change; may be changed in place.
        """
        changed = [group.labels != old for group, old in zip(groups, old_labels, strict=True)]
        moves = sum(int(mask.sum()) for mask in changed)
        if moves * PRODUCTS_PER_MOVE > self.n * sums.numel():
            return self.compute(groups)
        offset, sources, targets, moved = 0, [], [], []
        for group, old, mask in zip(groups, old_labels, changed, strict=True):
            run, vector = mask.nonzero(as_tuple=True)
            first = offset + run * group.k
            sources.append(first + old[run, vector])
            targets.append(first + group.labels[run, vector])
            moved.append(vector)
            offset += group.n_sums
        terms = self.representation[torch.cat(moved)]
        sums.index_add_(0, torch.cat(targets), terms)
        return sums.index_add_(0, torch.cat(sources), terms, alpha=-1)
