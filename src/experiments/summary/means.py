"""Rows of a sweep's table that no run made: the mean of runs that differ in one key, such as published splits."""

import logging
import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

from scipy.special import stdtrit

from experiments.runs import Record
from experiments.summary.axes import words_of

log = logging.getLogger(__name__)

MEAN = "mean"
"""What a published row is told by that speaks of such a mean: `when: {seed: mean}`."""

CONFIDENCE = 0.95


def alike_but_for(records: Sequence[Record], key: str) -> list[list[Record]]:
    """The runs in groups whose overrides are equal but for those of `key`; runs that have no such word are left out."""
    groups: dict[tuple[tuple[str, str], ...], list[Record]] = {}
    for record in records:
        words = words_of(record)
        if words.pop(key, None) is not None:
            groups.setdefault(tuple(sorted(words.items())), []).append(record)
    return list(groups.values())


def means_over(records: Sequence[Record], key: str) -> list[Record]:
    """One more record for each group of runs that differ in `key` only, with the mean of each metric over the runs.

    The interval is Student's over the values of the runs. It holds what differs from run to run: classes, seed and,
    as far as they differ, photos. `n` is the photos of a run (of the largest), `values` are those of the runs.

    Args:
        records: Of the sweep. Those that are not done do not count, and the row says how many are missing.
        key: Of the overrides, such as "seed" where each seed is a split.

    Returns:
        Records without id and folder, after the order of the sweep. Groups with fewer than two runs that are done
        have none, and metrics that one of the runs lacks are left out.
    """
    groups = alike_but_for(records, key)
    if not groups:
        log.warning("aggregate_over=%s: no run of the sweep has a word %s=...; there are no means", key, key)
    return [_mean(group, key) for group in groups if sum(one.status == "done" for one in group) > 1]


def is_mean(record: Record) -> bool:
    """Whether a record is one of `means`: of no run, and yet done."""
    return record.status == "done" and not record.id


def _mean(group: Sequence[Record], key: str) -> Record:
    done = [one for one in group if one.status == "done"]
    first = done[0]
    of = str(len(done)) if len(done) == len(group) else f"{len(done)} of {len(group)}"
    shared = [name for name in first.metrics if all(_value(one, name) is not None for one in done)]
    words = words_of(first) | {key: f"{MEAN} of {of}"}
    return Record(
        id="",
        status="done",
        task=first.task,
        experiment=first.experiment,
        overrides=[f"{name}={value}" for name, value in words.items()],
        choices=first.choices | {key: MEAN},
        code=first.code,
        metrics={name: _estimate(done, name) for name in shared},
        protocol=f"means over {key}: of {of} runs, with Student's interval over these",
    )


def _value(record: Record, name: str) -> float | None:
    found: float | None = record.metrics.get(name, {}).get("value")
    return found


def _estimate(runs: Sequence[Record], name: str) -> dict[str, Any]:
    values = [float(one.metrics[name]["value"]) for one in runs]
    half = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)) * stdev(values) / math.sqrt(len(values))
    value, n = fmean(values), max(int(one.metrics[name]["n"]) for one in runs)
    return {"value": value, "low": value - half, "high": value + half, "n": n, "values": values}
