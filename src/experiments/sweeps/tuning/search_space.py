"""The axes of a search, in Hydra's own words for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, IntervalSweep, Override, RangeSweep

from components.errors import ConfigError

DIGITS = 4
"""Significant digits of a number that a trial takes from an interval."""


@dataclass(frozen=True)
class Choice:
    """One of several words: `backbone=cnn,timm`, `choice(a, b)`, a shuffled range."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Interval:
    """A number between two: `interval(1e-4, 1e-1)`, `tag(log, ...)`, `int(interval(1, 5))`, `range(16, 65, 16)`.

    Attributes:
        low: The smallest value.
        high: The largest value, included.
        integer: Whether it is a whole number.
        log: Whether its logarithm is uniform.
        step: Distance between neighbouring values; None: any value.
    """

    low: float
    high: float
    integer: bool = False
    log: bool = False
    step: float | None = None


Axis = Choice | Interval


def read_axes(overrides: Sequence[Override]) -> tuple[dict[str, str], dict[str, Axis]]:
    """What is the same in all trials and what is searched, by key; of a key that is said twice the last counts.

    The words are those of hydra-optuna-sweeper, and mean what they mean elsewhere in Hydra: a range leaves its end out.

    Raises:
        ConfigError: When nothing is searched, or an interval has no inside.
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
    """The axis that an override of several values describes."""
    sweep = override.value()
    if isinstance(sweep, IntervalSweep):
        low, high = sweep.start, sweep.end
        assert low is not None
        assert high is not None
        log = "log" in sweep.tags
        if not low < high or (log and low <= 0):
            why = "a logarithm needs a start above 0" if low < high else "the start must be below the end"
            raise ConfigError(f"{override.input_line}: {why}")
        return Interval(low, high, integer=isinstance(low, int) and isinstance(high, int), log=log)
    if isinstance(sweep, RangeSweep) and not sweep.shuffle:
        values = list(sweep.range())
        if len(values) < 2 or sweep.step < 0:
            raise ConfigError(f"{override.input_line}: a range to search has at least two values, in rising order")
        integer = all(isinstance(one, int) for one in values)
        return Interval(values[0], values[-1], integer=integer, step=sweep.step)
    words = tuple(dict.fromkeys(override.sweep_string_iterator()))
    shuffled = isinstance(sweep, ChoiceSweep | RangeSweep) and sweep.shuffle
    return Choice(tuple(sorted(words)) if shuffled else words)  # a search that goes on needs the same axis again


def samples(fixed: Mapping[str, str], axes: Mapping[str, Axis]) -> list[list[str]]:
    """Jobs that name every word of every axis at least once: when they compose, every trial does."""
    values: dict[str, tuple[Any, ...]] = {
        key: axis.words if isinstance(axis, Choice) else (axis.low, axis.high) for key, axis in axes.items()
    }
    first = {key: taken[0] for key, taken in values.items()}
    jobs = [first | {key: value} for key, taken in values.items() for value in taken[1:]]
    return [job_words(fixed, job) for job in [first, *jobs]]


def job_words(fixed: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """The overrides of a job that takes these values on the axes."""
    return [*fixed.values(), *(f"{key}={word(value)}" for key, value in values.items())]


def word(value: Any) -> str:
    """A value as it is given to a run and shown: of a number no more digits than a person would type."""
    return repr(float(f"{value:.{DIGITS}g}")) if isinstance(value, float) else str(value)
