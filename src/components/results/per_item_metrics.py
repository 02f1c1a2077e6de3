"""Metrics per item: queries, photos with candidate texts, pairs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PerItemMetrics:
    """Metrics of one replicate on n items; the metric of the replicate is their mean.

    Attributes:
        ids: (n,) str objects; unique, and equal in two runs for the same item.
        metrics: (n,) float64 by name, the main metric first; NaN for items on which a metric is undefined.
        group: (n,) str objects, items of one group are dependent (such as query photos of one object) and are drawn
            together in bootstrap resamples; None when all items are independent.
    """

    ids: NDArray[np.object_]
    metrics: Mapping[str, NDArray[np.float64]]
    group: NDArray[np.object_] | None = None

    def __post_init__(self) -> None:
        columns = {f"metrics[{name!r}]": column.shape for name, column in self.metrics.items()}
        if self.group is not None:
            columns["group"] = self.group.shape
        for name, shape in columns.items():
            if shape != self.ids.shape:
                raise ValueError(f"PerItemMetrics.{name} has shape {shape}, expected {self.ids.shape}")
        if len(set(self.ids.tolist())) != len(self.ids):
            raise ValueError("PerItemMetrics.ids contains an item twice")

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, mask: NDArray[np.bool_]) -> "PerItemMetrics":
        """Return the items selected by an (n,) mask."""
        group = None if self.group is None else self.group[mask]
        return PerItemMetrics(self.ids[mask], {name: column[mask] for name, column in self.metrics.items()}, group)
