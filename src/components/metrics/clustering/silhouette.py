"""Silhouette coefficients of many partitions of the same vectors, with each distance computed at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.metrics.statistics import Floats
from components.results import NOISE

if TYPE_CHECKING:
    import torch

CHUNK_ELEMENTS = 1 << 23
"""Distances of one chunk of rows (64 MB)."""


def silhouettes(
    vectors: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    metric: Literal["euclidean", "cosine"] = "euclidean",
    device: str = "cpu",
) -> Floats:
    """Compute the silhouette (Rousseeuw 1987) of each vector in each of m partitions, in double precision.

    Euclidean: each distance is computed once for all partitions, in chunks of rows, and summed by cluster with a matrix
    product: O(n) memory and O(n^2 d) time, whatever m is. Cosine: the distances of a unit vector to all members of a
    cluster sum to their number minus its dot product with the sum of the members, which is exact and takes O(n k d).

    Args:
        vectors: (n, d) vectors.
        labels: (m, n) clusters from 0. Vectors labelled `NOISE` have no silhouette and are ignored in those of others.
        metric: Distance.
        device: cpu or cuda.

    Returns:
        (m, n) silhouettes; 0 in a cluster of one vector, as in scikit-learn; NaN for noise and where there are fewer
        than two clusters.

    Raises:
        ConfigError: When the device has no double precision.
    """
    import torch

    if device == "mps":
        raise ConfigError("silhouettes need double precision, which device=mps does not support: use device=cpu")
    data = torch.from_numpy(np.ascontiguousarray(vectors)).to(device).double()
    parts = [_numbered(row) for row in labels]
    sizes = [len(np.unique(row[row != NOISE])) + 1 for row in labels]  # one more column, for noise
    members = torch.zeros((len(data), sum(sizes)), dtype=torch.float64, device=device)
    offsets = np.cumsum([0, *sizes[:-1]])
    rows = torch.arange(len(data), device=device)
    codes = [torch.from_numpy(part).to(device) for part in parts]
    for code, offset in zip(codes, offsets.tolist(), strict=True):
        members[rows, offset + code] = 1
    counts = members.sum(dim=0)
    found = torch.empty((len(labels), len(data)), dtype=torch.float64, device=device)
    if metric == "cosine":
        data = torch.nn.functional.normalize(data)
        cluster_sums = members.T @ data
    else:
        data = data - data.mean(dim=0)
        squares = (data**2).sum(dim=1)
    width = max(1, CHUNK_ELEMENTS // (members.shape[1] if metric == "cosine" else max(len(data), members.shape[1])))
    for start in range(0, len(data), width):
        part = slice(start, start + width)
        if metric == "cosine":
            totals = counts - data[part] @ cluster_sums.T
        else:
            distances = torch.addmm(squares, data[part], data.T, alpha=-2).add_(squares[part, None])
            distances.clamp_(min=0).sqrt_()
            inside = rows[part]
            distances[inside - start, inside] = 0
            totals = distances @ members
        for row, (code, offset, size) in enumerate(zip(codes, offsets.tolist(), sizes, strict=True)):
            own = slice(offset, offset + size)
            found[row, part] = _coefficients(totals[:, own], counts[own], code[part])
    result: Floats = found.cpu().numpy()
    for row, clusters in enumerate(labels):
        result[row, clusters == NOISE] = np.nan
    return result


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber the clusters from 0 without gaps, with noise as the last number."""
    clusters = np.unique(labels[labels != NOISE])
    return np.where(labels == NOISE, len(clusters), np.searchsorted(clusters, labels)).astype(np.int64)


def _coefficients(totals: torch.Tensor, counts: torch.Tensor, code: torch.Tensor) -> torch.Tensor:
    """Compute (b - a) / max(a, b) from sums of distances.

    Args:
        totals: (rows, k + 1) sum of the distances of each row to the members of each cluster, and to the noise.
        counts: (k + 1,) number of members.
        code: (rows,) cluster of each row; k for noise.
    """
    import torch

    if len(counts) < 3:
        return torch.full((len(code),), torch.nan, dtype=totals.dtype, device=totals.device)
    totals, counts = totals[:, :-1], counts[:-1]
    rows = torch.arange(len(code), device=code.device)
    own = code.clamp(max=len(counts) - 1)  # the results of noise are overwritten by the caller
    others = counts[own] - 1
    inside = totals[rows, own] / others.clamp(min=1)
    means = totals / counts
    means[rows, own] = torch.inf
    between = means.min(dim=1).values
    larger = torch.maximum(inside, between)
    found = torch.where(larger > 0, (between - inside) / larger, 0)
    return torch.where(others > 0, found, 0)
