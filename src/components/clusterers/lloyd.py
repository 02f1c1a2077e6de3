"""Lloyd's iterations of many k-means at once: every k, every restart and every seed in one matrix product.

A run is kept as the sums of its clusters' vectors, (k, f). What an iteration needs is the product of each sum with
each vector: one matrix product for all runs together, where one run after the other multiplies by two to fifteen
columns and waits for memory. Where the vectors are few their own n x n products are taken once, and sums of rows of
that table are the products that are needed: nothing is multiplied any more. Only vectors that change their cluster
change the sums; runs in which none does are done and drop out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from components.clusterers.seeding import nearest_seeds

FEW = 4096
"""Up to so many vectors the table of their products (64 MB) is worth having."""

AT_ONCE = 1 << 26
"""Numbers of one chunk of products, 256 MB."""

MOVE = 1e-6
"""Part of the mean square that a move must gain: less is rounding, and would move back and forth for ever."""

PRODUCTS_A_MOVE = 300_000
"""Products of a matrix multiplication that take the time of moving one vector from one sum to another."""


@dataclass(frozen=True)
class Block:
    """The runs of one k that are still moving.

    Attributes:
        k: Number of clusters.
        run: (A,) which of all starts each run is.
        labels: (A, n) cluster of each vector.
    """

    k: int
    run: torch.Tensor
    labels: torch.Tensor

    @property
    def rows(self) -> int:
        """Sums that the block has."""
        return len(self.run) * self.k

    def counts(self) -> torch.Tensor:
        """(A, k) float32 vectors of each cluster."""
        ones = torch.ones(1, device=self.labels.device).expand(self.labels.shape)
        return torch.zeros((len(self.run), self.k), device=ones.device).scatter_add_(1, self.labels, ones)


@dataclass(frozen=True)
class Solved:
    """All runs of one k.

    Attributes:
        labels: (S, n) cluster of each vector.
        tightness: (S,) what the clusters explain; the run with the most is the best.
    """

    labels: torch.Tensor
    tightness: torch.Tensor


class Lloyd:
    """Vectors to be divided, for any number of runs at once."""

    def __init__(self, vectors: torch.Tensor, *, spherical: bool) -> None:
        """Take (n, f) float32 vectors; `spherical`: unit ones, whose clusters are directions."""
        self.n, self.spherical, self.vectors = len(vectors), spherical, vectors
        self.few = self.n <= FEW
        self.squares = (vectors**2).sum(dim=1)
        self.features = vectors @ vectors.T if self.few else vectors
        self.least = MOVE * float(self.squares.mean())

    def squared_distances(self, indices: torch.Tensor) -> torch.Tensor:
        """(m, n) from the vectors at these indices to all."""
        products = self.features[indices] if self.few else self.vectors[indices] @ self.vectors.T
        return products.mul_(-2).add_(self.squares).add_(self.squares[indices, None])

    def solve(self, ks: Sequence[int], uniform: torch.Tensor, max_iter: int) -> dict[int, Solved]:
        """Run every start for every k until nothing moves.

        Args:
            ks: Numbers of clusters, rising.
            uniform: (S, k, TRIALS) random numbers of the starts.
            max_iter: Iterations at most.
        """
        every = torch.arange(len(uniform), device=self.vectors.device)
        found = nearest_seeds(self.squared_distances, self.n, ks, uniform)
        solved = {k: Solved(labels, torch.zeros(len(every), device=labels.device)) for k, labels in found.items()}
        blocks = [Block(k, every, labels) for k, labels in found.items()]
        sums = self.summed(blocks)
        for _ in range(max_iter):
            norms = self.norms(blocks, sums)
            for block, one in zip(blocks, norms, strict=True):
                solved[block.k].tightness[block.run] = self.tightness(one, block.counts())
            fresh = self.assigned(blocks, sums, norms)
            moving = [(labels != block.labels).any(dim=1) for block, labels in zip(blocks, fresh, strict=True)]
            before, old = blocks, []
            blocks = []
            for block, labels, one in zip(before, fresh, moving, strict=True):
                if bool(one.any()):
                    old.append(block.labels[one])
                    blocks.append(Block(block.k, block.run[one], labels[one]))
                    solved[block.k].labels[blocks[-1].run] = blocks[-1].labels
            if not blocks:
                break
            if sum(block.rows for block in blocks) < len(sums):
                keep = [one.repeat_interleave(block.k) for one, block in zip(moving, before, strict=True)]
                sums = sums[torch.cat(keep)]
            sums = self.moved(blocks, old, sums)
        return solved

    def assigned(
        self, blocks: Sequence[Block], sums: torch.Tensor, norms: Sequence[torch.Tensor]
    ) -> list[torch.Tensor]:
        """(A, n) the nearest cluster of each vector, for the runs of each block."""
        fresh = [torch.empty_like(block.labels) for block in blocks]
        gains = [torch.zeros(block.labels.shape, device=sums.device) for block in blocks]
        counts = [block.counts() for block in blocks]
        width = max(1, AT_ONCE // len(sums))
        for start in range(0, self.n, width):
            part = slice(start, min(start + width, self.n))
            products = sums[:, part] if self.few else sums @ self.vectors[part].T
            for at, own in enumerate(torch.split(products, [block.rows for block in blocks])):
                costs = self.costs(own.reshape(*norms[at].shape, -1), norms[at], counts[at])
                least, nearest = costs.min(dim=1)
                before = blocks[at].labels[:, part]
                now = costs.gather(1, before[:, None])[:, 0]
                fresh[at][:, part] = torch.where(now - least > self.least, nearest, before)
                gains[at][:, part] = least
        for at, block in enumerate(blocks):
            fill_empty(fresh[at], gains[at] if self.spherical else gains[at] + self.squares, block.k, self.least)
        return fresh

    def tightness(self, norms: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        """(A,) what the clusters of a run explain: more is better, and the inertia is a constant less this."""
        return (norms.clamp(min=0).sqrt() if self.spherical else norms / counts.clamp(min=1)).sum(dim=1)

    def costs(self, products: torch.Tensor, norms: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        """(A, k, m) squared distance to each centre less the vector's own square; of directions, minus the cosine."""
        if self.spherical:
            return products * torch.where(norms > 0, -norms.clamp(min=1e-30).rsqrt(), 0)[..., None]
        some = counts.clamp(min=1)
        offset = torch.where(counts > 0, norms / some**2, torch.inf)
        return torch.addcmul(offset[..., None], products, (-2 / some)[..., None])

    def norms(self, blocks: Sequence[Block], sums: torch.Tensor) -> list[torch.Tensor]:
        """(A, k) squared length of each sum."""
        found = []
        for block, own in zip(blocks, torch.split(sums, [one.rows for one in blocks]), strict=True):
            if self.few:  # the length of a sum is the total of its products with its own vectors
                products = own.view(len(block.run), block.k, self.n).gather(1, block.labels[:, None])[:, 0]
                total = torch.zeros((len(block.run), block.k), device=sums.device)
                found.append(total.scatter_add_(1, block.labels, products))
            else:
                found.append((own**2).sum(dim=1).view(len(block.run), block.k))
        return found

    def summed(self, blocks: Sequence[Block]) -> torch.Tensor:
        """(rows, f) sum of the features of each cluster, by one product with the clusters' indicators."""
        rows = sum(block.rows for block in blocks)
        sums = torch.zeros((rows, self.features.shape[1]), device=self.features.device)
        width = max(1, AT_ONCE // max(1, rows))
        for start in range(0, self.n, width):
            part = slice(start, min(start + width, self.n))
            size = part.stop - start
            members = torch.zeros((rows, size), device=sums.device)
            for block, own in zip(blocks, torch.split(members, [one.rows for one in blocks]), strict=True):
                own.view(len(block.run), block.k, size).scatter_(1, block.labels[:, None, part], 1)
            sums.addmm_(members, self.features[part])
        return sums

    def moved(self, blocks: Sequence[Block], before: Sequence[torch.Tensor], sums: torch.Tensor) -> torch.Tensor:
        """The sums once vectors have gone from the clusters `before` to those they are in now."""
        changed = [block.labels != old for block, old in zip(blocks, before, strict=True)]
        moves = sum(int(one.sum()) for one in changed)
        if moves * PRODUCTS_A_MOVE > self.n * sums.numel():
            return self.summed(blocks)
        offset, out, into, which = 0, [], [], []
        for block, old, one in zip(blocks, before, changed, strict=True):
            run, vector = one.nonzero(as_tuple=True)
            first = offset + run * block.k
            out.append(first + old[run, vector])
            into.append(first + block.labels[run, vector])
            which.append(vector)
            offset += block.rows
        features = self.features[torch.cat(which)]
        sums.index_add_(0, torch.cat(into), features)
        return sums.index_add_(0, torch.cat(out), features, alpha=-1)


def fill_empty(labels: torch.Tensor, costs: torch.Tensor, k: int, least: float) -> None:
    """Give each cluster that has lost all its vectors the one that lies farthest from its own, as scikit-learn does.

    A run whose vectors all lie on their centres, because there are fewer different ones than clusters, keeps it empty.

    Args:
        labels: (A, n), changed in place.
        costs: (A, n) what each vector costs its cluster.
        k: Number of clusters.
        least: Smaller costs are none.
    """
    ones = torch.ones(1, device=labels.device).expand(labels.shape)
    counts = torch.zeros((len(labels), k), device=labels.device).scatter_add_(1, labels, ones)
    for run, cluster in (counts == 0).nonzero().tolist():
        alone = counts[run, labels[run]] <= 1
        farthest = int(costs[run].masked_fill(alone, -torch.inf).argmax())
        if costs[run, farthest] - costs[run].min() > least:
            counts[run, labels[run, farthest]] -= 1
            labels[run, farthest] = cluster
            counts[run, cluster] = 1
            costs[run, farthest] = -torch.inf
