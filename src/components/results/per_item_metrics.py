"""Metrics of single items (queries, photos with candidates, pairs): what one replicate measured on each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PerItemMetrics:
    """What one replicate measured on n items, in metrics that are means over items.

    Attributes:
        ids: (n,) str objects; equal in two runs for what is the same item in both.
        metrics: (n,) float64 by metric, the one to judge by first; NaN for an item on which a metric is undefined.
        group: (n,) str, what hangs together (the object of a photo that asks): resamples draw groups with all their
            items; None: every item is one of its own.
    """

    ids: NDArray[np.object_]
    metrics: Mapping[str, NDArray[np.float64]]
    group: NDArray[np.object_] | None = None

    def __post_init__(self) -> None:
        if self.group is not None and self.group.shape != self.ids.shape:
            raise ValueError(f"PerItemMetrics.group has shape {self.group.shape}, expected {self.ids.shape}")
        for name, column in self.metrics.items():
            if column.shape != self.ids.shape:
                raise ValueError(
                    f"PerItemMetrics.metrics[{name!r}] has shape {column.shape}, expected {self.ids.shape}"
                )
        if len(set(self.ids.tolist())) != len(self.ids):
            raise ValueError("PerItemMetrics.ids holds an item twice")

    def __len__(self) -> int:
        return len(self.ids)
