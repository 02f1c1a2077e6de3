"""A measured number with its uncertainty."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Estimate:
    """A metric of one or several trained models, with the interval around it.

    Attributes:
        value: Mean over the replicates; NaN where the metric is undefined.
        low: Lower end of the interval; NaN where undefined.
        high: Upper end of the interval; NaN where undefined.
        n: Distinct test photos behind the number.
        values: The metric of each replicate, in their order.
    """

    value: float
    low: float
    high: float
    n: int
    values: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON record; NaN, which JSON lacks, becomes None."""
        return {
            "value": _none_for_nan(self.value),
            "low": _none_for_nan(self.low),
            "high": _none_for_nan(self.high),
            "n": self.n,
            "values": [_none_for_nan(one) for one in self.values],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        return cls(
            value=_nan_for_none(record["value"]),
            low=_nan_for_none(record["low"]),
            high=_nan_for_none(record["high"]),
            n=int(record["n"]),
            values=tuple(_nan_for_none(one) for one in record["values"]),
        )


def _none_for_nan(number: float) -> float | None:
    return None if math.isnan(number) else float(number)


def _nan_for_none(number: float | None) -> float:
    return math.nan if number is None else float(number)
