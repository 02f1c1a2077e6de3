"""Axes of a sweep whose values are drawn from an interval: on a linear or logarithmic scale, not side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from experiments.console import finite
from experiments.report.svg import ticks

MIN_VALUES = 3
"""Fewest different values of an axis with a scale."""

MANY = 9
"""From this many different numbers on an axis has a scale, unless they are evenly spaced, as seeds are."""

DRAWN_DIGITS = 4
"""A value with this many significant digits was drawn from an interval, not typed."""

MIN_RATIO = 10.0
"""Smallest ratio of the largest and the smallest value of a logarithmic scale."""


@dataclass(frozen=True)
class NumericAxis:
    """A scale.

    Attributes:
        low: Smallest value.
        high: Largest value.
        log: Whether the scale is logarithmic.
    """

    low: float
    high: float
    log: bool

    def share(self, value: str | float) -> float:
        """Return where a value lies, from 0 (the smallest) to 1 (the largest)."""
        low, high, at = (math.log(end) if self.log else end for end in (self.low, self.high, float(value)))
        return (at - low) / (high - low)

    def ticks(self) -> list[float]:
        """Return round values of the scale."""
        if not self.log:
            return ticks(self.low, self.high)
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in ((1,), (1, 3), (1, 2, 5)):
            found = [float(f"{step}e{exponent}") for exponent in exponents for step in steps]
            inside = [value for value in found if self.low <= value <= self.high]
            if len(inside) > 1:
                return inside
        return [self.low, self.high]


def numeric_axis(values: Sequence[str]) -> NumericAxis | None:
    """Return the scale of an axis; None if its values are words or a few typed numbers, which stand side by side.

    The scale is logarithmic if that spreads the values more evenly.

    Args:
        values: The value of each run.
    """
    try:
        numbers = sorted({float(value) for value in values})
    except ValueError:
        return None
    if len(numbers) < MIN_VALUES or any(finite(number) is None for number in numbers):
        return None
    gaps = {round((after - before) / (numbers[-1] - numbers[0]), 6) for before, after in pairwise(numbers)}
    many = len(numbers) >= MANY and len(gaps) > 1
    if not many and not any(_digits(value) >= DRAWN_DIGITS for value in values):
        return None
    low, high = numbers[0], numbers[-1]
    linear = NumericAxis(low, high, log=False)
    if low <= 0 or high / low < MIN_RATIO:
        return linear
    middle, logarithmic = numbers[len(numbers) // 2], NumericAxis(low, high, log=True)
    return min(linear, logarithmic, key=lambda axis: abs(axis.share(middle) - 0.5))


def _digits(value: str) -> int:
    """Return the number of significant digits of a number with decimals; 0 for whole numbers, such as seeds."""
    mantissa = value.lower().partition("e")[0].lstrip("+-")
    return len(mantissa.replace(".", "").strip("0")) if "." in mantissa else 0
