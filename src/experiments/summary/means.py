"""Means of runs that differ in one override only, such as the published splits of a data set."""

import logging
import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

from experiments.runs import Record
from experiments.summary.axes import overrides_of

log = logging.getLogger(__name__)

MEAN = "mean"
"""Value of the aggregated key in the choices of a mean, for reference results of means: `when: {seed: mean}`."""

CONFIDENCE = 0.95


def groups_over(records: Sequence[Record], key: str) -> list[list[Record]]:
    """Return the runs that have an override of `key`, in groups whose other overrides are equal."""
    groups: dict[tuple[tuple[str, str], ...], list[Record]] = {}
    for record in records:
        overrides = overrides_of(record)
        if overrides.pop(key, None) is not None:
            groups.setdefault(tuple(sorted(overrides.items())), []).append(record)
    return list(groups.values())


def means_over(records: Sequence[Record], key: str) -> list[Record]:
    """Return a record with the mean of each metric for each group of runs that differ in `key` only.

    The interval is Student's over the values of the runs. It covers what differs from run to run: classes, seed and, as
    far as they differ, photos. `n` is the number of photos of a run (of the largest), `values` are those of the runs.

    Args:
        records: Runs of the sweep. Only finished ones count; the row says how many are missing.
        key: Key of the overrides, such as "seed" if each seed is a split.

    Returns:
        Records without id and folder, in the order of the sweep. Groups with fewer than two finished runs have none,
        and metrics that one of the runs lacks are left out.
    """
    groups = groups_over(records, key)
    if not groups:
        log.warning("aggregate_over=%s: no run of the sweep has an override %s=..., so there are no means", key, key)
    return [_mean(group, key) for group in groups if sum(record.status == "done" for record in group) > 1]


def is_mean(record: Record) -> bool:
    """Return whether a record was made by `means_over`: it is done, but has no id."""
    return record.status == "done" and not record.id


def _mean(group: Sequence[Record], key: str) -> Record:
    done = [record for record in group if record.status == "done"]
    first = done[0]
    of = str(len(done)) if len(done) == len(group) else f"{len(done)} of {len(group)}"
    shared = [name for name in first.metrics if all(_value(record, name) is not None for record in done)]
    overrides = overrides_of(first) | {key: f"{MEAN} of {of}"}
    return Record(
        id="",
        status="done",
        task=first.task,
        experiment=first.experiment,
        overrides=[f"{name}={value}" for name, value in overrides.items()],
        choices=first.choices | {key: MEAN},
        code=first.code,
        metrics={name: _estimate(done, name) for name in shared},
        protocol=f"means over {key}: of {of} runs, with Student's interval over these",
    )


def _value(record: Record, name: str) -> float | None:
    found: float | None = record.metrics.get(name, {}).get("value")
    return found


def _estimate(runs: Sequence[Record], name: str) -> dict[str, Any]:
    from scipy.special import stdtrit

    from components.metrics import within_range

    values = [float(record.metrics[name]["value"]) for record in runs]
    half = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)) * stdev(values) / math.sqrt(len(values))
    value, n = fmean(values), max(int(record.metrics[name]["n"]) for record in runs)
    low, high = within_range(name, value - half, value + half)
    return {"value": value, "low": low, "high": high, "n": n, "values": values}
