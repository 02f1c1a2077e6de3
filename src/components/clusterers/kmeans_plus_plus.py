"""Initialisation of k-means: greedy k-means++ for many runs and all numbers of clusters at once."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch

TRIALS = 12
"""Random numbers drawn per centre; at least as many as there are candidates."""


def draw_uniform(runs: Sequence[Sequence[int]], k: int) -> torch.Tensor:
    """Draw uniform random numbers for each run.

    Args:
        runs: Entropy of the generator of each of the S runs.
        k: Largest number of clusters. The numbers for a smaller k are the first ones of those for a larger k.

    Returns:
        (S, k, TRIALS) float64 in [0, 1).
    """
    drawn = [np.random.default_rng(list(run)).random((k, TRIALS)) for run in runs]
    return torch.from_numpy(np.stack(drawn))


def kmeans_plus_plus(
    squared_distances: Callable[[torch.Tensor], torch.Tensor],
    n: int,
    ks: Sequence[int],
    uniform: torch.Tensor,
) -> dict[int, torch.Tensor]:
    """Choose initial centres among the vectors and assign each vector to the nearest.

    Greedy k-means++ (Arthur and Vassilvitskii 2007) as in scikit-learn: the j-th centre is chosen among 2 + log(j)
    candidates, which are drawn with probabilities proportional to the squared distance to the nearest centre, as the
    candidate that reduces the sum of squared distances most. The number of candidates depends on j but not on k, so
    that the centres for k are the first k centres for k + 1, and all k together cost as much as the largest one.

    Args:
        squared_distances: Function from (m,) indices of vectors to their squared distances (m, n) to all vectors.
        n: Number of vectors.
        ks: Numbers of clusters in increasing order.
        uniform: (S, k, TRIALS) random numbers of S runs.

    Returns:
        For each k, the (S, n) index of the nearest centre.
    """
    runs = len(uniform)
    row = torch.arange(runs, device=uniform.device)
    chosen = (uniform[:, 0, 0] * n).long()
    closest = squared_distances(chosen).clamp_(min=0)
    closest[row, chosen] = 0
    label = torch.zeros((runs, n), dtype=torch.long, device=closest.device)
    labels_of_k: dict[int, torch.Tensor] = {}
    for centre in range(ks[-1]):
        if centre:
            trials = 2 + int(math.log(centre + 1))
            cumulated = closest.double().cumsum(dim=1)
            thresholds = uniform[:, centre, :trials] * cumulated[:, -1:]
            candidates = torch.searchsorted(cumulated, thresholds, right=True).clamp_(max=n - 1)
            distances = squared_distances(candidates.flatten()).clamp_(min=0).view(runs, trials, n)
            remaining = torch.minimum(distances, closest[:, None])
            best = remaining.sum(dim=2).argmin(dim=1)
            label[distances[row, best] < closest] = centre
            chosen = candidates[row, best]
            label[row, chosen] = centre
            closest = remaining[row, best]
            closest[row, chosen] = 0
        if centre + 1 in ks:
            labels_of_k[centre + 1] = label.clone()
    return labels_of_k
