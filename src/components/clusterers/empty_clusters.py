"""Reassignment of vectors to clusters that have become empty."""

import torch


def fill_empty_clusters(labels: torch.Tensor, costs: torch.Tensor, k: int, min_gain: float) -> None:
    """Give each empty cluster the vector that is farthest from its own centre, like scikit-learn.

    A cluster stays empty if all vectors of the run are at their centres, which happens if there are fewer distinct
    vectors than clusters.

    Args:
        labels: (A, n) labels of A runs, changed in place.
        costs: (A, n) cost of each vector in its cluster.
        k: Number of clusters.
        min_gain: Smallest difference of costs that is not considered rounding error.
    """
    ones = torch.ones(1, device=labels.device).expand(labels.shape)
    counts = torch.zeros((len(labels), k), device=labels.device).scatter_add_(1, labels, ones)
    for run, cluster in (counts == 0).nonzero().tolist():
        alone = counts[run, labels[run]] <= 1
        farthest = int(costs[run].masked_fill(alone, -torch.inf).argmax())
        if costs[run, farthest] - costs[run].min() > min_gain:
            counts[run, labels[run, farthest]] -= 1
            labels[run, farthest] = cluster
            counts[run, cluster] = 1
            costs[run, farthest] = -torch.inf
