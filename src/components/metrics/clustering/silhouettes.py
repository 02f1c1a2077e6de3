"""Silhouettes of many partitions of the same vectors, from one pass over the distances, or without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.metrics.statistics.weighted import Floats
from components.results import NOISE

if TYPE_CHECKING:
    import torch

AT_ONCE = 1 << 23
"""Distances of one chunk of rows, 64 MB."""


def silhouettes(
    vectors: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    metric: Literal["euclidean", "cosine"] = "euclidean",
    device: str = "cpu",
) -> Floats:
    """Silhouette (Rousseeuw 1987) of each vector in each of m partitions, in double precision.

    Euclidean: each distance is computed once for all partitions together, in chunks of rows, and a product with the
    clusters' indicators adds it up: O(n) memory and O(n^2 d) time whatever m is. Cosine: the distances of a unit
    vector to all of a cluster add up to their number less its product with their sum, which is exact and takes
    O(n k d).

    Args:
        vectors: (n, d).
        labels: (m, n) clusters from 0; `NOISE` is in none: it has no silhouette and counts for none.
        metric: Distance.
        device: Where to work: cpu, cuda.

    Returns:
        (m, n); 0 in a cluster of one, as scikit-learn has it; NaN for noise and where there are not two clusters.

    Raises:
        ConfigError: When the device is not to be had, or has no double precision.
    """
    import torch

    if device == "mps":
        raise ConfigError("silhouettes need double precision, which device=mps lacks: take device=cpu")
    data = torch.from_numpy(np.ascontiguousarray(vectors)).to(device).double()
    parts = [_numbered(row) for row in labels]
    sizes = [len(np.unique(row[row != NOISE])) + 1 for row in labels]  # noise behind the clusters, there or not
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
        towards = members.T @ data
    else:
        data = data - data.mean(dim=0)
        squares = (data**2).sum(dim=1)
    width = max(1, AT_ONCE // (members.shape[1] if metric == "cosine" else max(len(data), members.shape[1])))
    for start in range(0, len(data), width):
        part = slice(start, start + width)
        if metric == "cosine":
            totals = counts - data[part] @ towards.T
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
    for row, one in enumerate(labels):
        result[row, one == NOISE] = np.nan
    return result


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Clusters from 0 without gaps, and noise behind them."""
    clusters = np.unique(labels[labels != NOISE])
    return np.where(labels == NOISE, len(clusters), np.searchsorted(clusters, labels)).astype(np.int64)


def _coefficients(totals: torch.Tensor, counts: torch.Tensor, code: torch.Tensor) -> torch.Tensor:
    """(b - a) / max(a, b) of rows whose distances to each cluster, and to noise, total (rows, k + 1)."""
    import torch

    if len(counts) < 3:
        return torch.full((len(code),), torch.nan, dtype=totals.dtype, device=totals.device)
    totals, counts = totals[:, :-1], counts[:-1]
    rows = torch.arange(len(code), device=code.device)
    own = code.clamp(max=len(counts) - 1)  # what noise gets here is thrown away
    others = counts[own] - 1
    inside = totals[rows, own] / others.clamp(min=1)
    means = totals / counts
    means[rows, own] = torch.inf
    between = means.min(dim=1).values
    larger = torch.maximum(inside, between)
    found = torch.where(larger > 0, (between - inside) / larger, 0)
    return torch.where(others > 0, found, 0)
