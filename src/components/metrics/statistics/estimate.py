"""A measured value with its confidence interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Estimate:
    """A metric of one or several replicates with its confidence interval.

    Attributes:
        value: Mean over the replicates; NaN where the metric is undefined.
        low: Lower end of the interval; NaN where undefined.
        high: Upper end of the interval; NaN where undefined.
        n: Number of distinct test items (photos, queries, pairs) that the metric is computed on.
        values: The metric of each replicate, in order.
    """

    value: float
    low: float
    high: float
    n: int
    values: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; NaN becomes None, since JSON has no NaN."""
        return {
            "value": _nan_to_none(self.value),
            "low": _nan_to_none(self.low),
            "high": _nan_to_none(self.high),
            "n": self.n,
            "values": [_nan_to_none(value) for value in self.values],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Create an estimate from the output of `to_dict`."""
        return cls(
            value=_none_to_nan(record["value"]),
            low=_none_to_nan(record["low"]),
            high=_none_to_nan(record["high"]),
            n=int(record["n"]),
            values=tuple(_none_to_nan(value) for value in record["values"]),
        )


def _nan_to_none(number: float) -> float | None:
    return None if math.isnan(number) else float(number)


def _none_to_nan(number: float | None) -> float:
    return math.nan if number is None else float(number)
