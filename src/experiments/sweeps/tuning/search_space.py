"""The axes of a search, from Hydra's sweep overrides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, IntervalSweep, Override, RangeSweep

from components.errors import ConfigError

DIGITS = 4
"""Significant digits of a number that is drawn from an interval."""


@dataclass(frozen=True)
class Choice:
    """One of several values, as text: `backbone=cnn,timm`, `choice(a, b)`, a shuffled range."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Interval:
    """A number from an interval: `interval(1e-4, 1e-1)`, `tag(log, ...)`, `int(interval(1, 5))`, `range(16, 65, 16)`.

    Attributes:
        low: Smallest value.
        high: Largest value, included.
        integer: Whether values are whole numbers.
        log: Whether the logarithm of the value is uniform.
        step: Distance between neighbouring values; None: any value.
    """

    low: float
    high: float
    integer: bool = False
    log: bool = False
    step: float | None = None


Axis = Choice | Interval


def read_axes(overrides: Sequence[Override]) -> tuple[dict[str, str], dict[str, Axis]]:
    """Return the overrides that all trials share and the axes of the search, by key; the last override of a key counts.

    The syntax is that of hydra-optuna-sweeper, with Hydra's meaning: a range excludes its end.

    Raises:
        ConfigError: If there is no axis, or an interval is empty.
    """
    fixed: dict[str, str] = {}
    axes: dict[str, Axis] = {}
    for override in overrides:
        key = override.get_key_element()
        fixed.pop(key, None)
        axes.pop(key, None)
        if not override.is_sweep_override():
            fixed[key] = override.input_line or ""
        else:
            axes[key] = axis_of(override)
    if not axes:
        raise ConfigError(
            "sweeper=optuna has nothing to search: give at least one axis, "
            "as 'training.optimizer.lr=tag(log, interval(1e-4, 1e-1))' or 'backbone=choice(cnn, timm)'"
        )
    return fixed, axes


def axis_of(override: Override) -> Axis:
    """Return the axis that a sweep override describes."""
    sweep = override.value()
    if isinstance(sweep, IntervalSweep):
        low, high = sweep.start, sweep.end
        assert low is not None
        assert high is not None
        log = "log" in sweep.tags
        if not low < high or (log and low <= 0):
            why = "a logarithmic axis must start above 0" if low < high else "the start must be below the end"
            raise ConfigError(f"{override.input_line}: {why}")
        return Interval(low, high, integer=isinstance(low, int) and isinstance(high, int), log=log)
    if isinstance(sweep, RangeSweep) and not sweep.shuffle:
        values = list(sweep.range())
        if len(values) < 2 or sweep.step < 0:
            raise ConfigError(f"{override.input_line}: a range to search needs at least two values, in rising order")
        integer = all(isinstance(value, int) for value in values)
        return Interval(values[0], values[-1], integer=integer, step=sweep.step)
    words = tuple(dict.fromkeys(override.sweep_string_iterator()))
    shuffled = isinstance(sweep, ChoiceSweep | RangeSweep) and sweep.shuffle
    return Choice(tuple(sorted(words)) if shuffled else words)  # the same command must give the same axis


def samples(fixed: Mapping[str, str], axes: Mapping[str, Axis]) -> list[list[str]]:
    """Return the overrides of jobs that use every value of every axis: if they compose, every trial does."""
    values: dict[str, tuple[Any, ...]] = {
        key: axis.words if isinstance(axis, Choice) else (axis.low, axis.high) for key, axis in axes.items()
    }
    first = {key: of_axis[0] for key, of_axis in values.items()}
    jobs = [first | {key: value} for key, of_axis in values.items() for value in of_axis[1:]]
    return [job_overrides(fixed, job) for job in [first, *jobs]]


def job_overrides(fixed: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """Return the overrides of a job with these values on the axes."""
    return [*fixed.values(), *(f"{key}={value_text(value)}" for key, value in values.items())]


def value_text(value: Any) -> str:
    """Return a value as text for an override and for tables; a float has `DIGITS` significant digits."""
    return repr(float(f"{value:.{DIGITS}g}")) if isinstance(value, float) else str(value)
