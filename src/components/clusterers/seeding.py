"""Where k-means begins: greedy k-means++ for all starts at once, of which those for one k are part of the next's."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch

TRIALS = 12
"""Random numbers a step: more than a step ever tries."""


def random_numbers(starts: Sequence[Sequence[int]], k: int) -> torch.Tensor:
    """(S, k, TRIALS) float64 in [0, 1), of each start's own generator; those of a smaller k are the first of these."""
    drawn = [np.random.default_rng(list(start)).random((k, TRIALS)) for start in starts]
    return torch.from_numpy(np.stack(drawn))


def nearest_seeds(
    squared_distances: Callable[[torch.Tensor], torch.Tensor],
    n: int,
    ks: Sequence[int],
    uniform: torch.Tensor,
) -> dict[int, torch.Tensor]:
    """Choose centres among the vectors, and give each vector the nearest of them.

    The greedy k-means++ of Arthur and Vassilvitskii (2007) as scikit-learn has it: of 2 + log(j) candidates, drawn by
    their squared distance to the nearest centre so far, the j-th centre is the one that lowers the sum most. Since
    the number of candidates hangs on j and not on k, a start for k centres is a start for k + 1 without its last
    one: all k together cost what the largest costs.

    Args:
        squared_distances: Of vectors by their indices (m,) to all n: (m, n).
        n: How many vectors.
        ks: Numbers of centres, rising.
        uniform: (S, k, TRIALS) random numbers of S starts.

    Returns:
        For each k the (S, n) index of the nearest centre.
    """
    starts = len(uniform)
    row = torch.arange(starts, device=uniform.device)
    chosen = (uniform[:, 0, 0] * n).long()
    closest = squared_distances(chosen).clamp_(min=0)
    closest[row, chosen] = 0
    label = torch.zeros((starts, n), dtype=torch.long, device=closest.device)
    found: dict[int, torch.Tensor] = {}
    for centre in range(ks[-1]):
        if centre:
            trials = 2 + int(math.log(centre + 1))
            cumulated = closest.double().cumsum(dim=1)
            wanted = uniform[:, centre, :trials] * cumulated[:, -1:]
            candidates = torch.searchsorted(cumulated, wanted, right=True).clamp_(max=n - 1)
            distances = squared_distances(candidates.flatten()).clamp_(min=0).view(starts, trials, n)
            left = torch.minimum(distances, closest[:, None])
            best = left.sum(dim=2).argmin(dim=1)
            label[distances[row, best] < closest] = centre
            chosen = candidates[row, best]
            label[row, chosen] = centre
            closest = left[row, best]
            closest[row, chosen] = 0
        if centre + 1 in ks:
            found[centre + 1] = label.clone()
    return found
