"""Which run each run of a sweep is compared with."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.runs import Record
from experiments.summary.axes import overrides_of
from experiments.summary.options import Baseline

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pair:
    """A run and the reference run that it is compared with.

    Attributes:
        run: The run.
        reference: The run that it is compared with.
        photos: "shared": both are measured on the photos that both share; "own": each on all of its own.
    """

    run: Record
    reference: Record
    photos: str = "shared"


def pairs_of(runs: Sequence[Record], baseline: Baseline) -> list[Pair]:
    """Return each run with its reference run.

    Args:
        runs: Finished runs with results that can be compared.
        baseline: See `Baseline`; empty: the first run.

    Returns:
        The pairs; empty if no run has the choices of the baseline, which is logged as a warning.
    """
    if not isinstance(baseline, Mapping):
        pairs = [(_find(runs, pair["run"]), _find(runs, pair["reference"]), pair) for pair in baseline]
        return [
            Pair(run, reference, str(pair.get("photos", "shared")))
            for run, reference, pair in pairs
            if run and reference and run is not reference
        ]
    first = _find(runs, baseline)
    if first is None:
        return []
    references = [run for run in runs if is_baseline(run, baseline)] if baseline else [first]
    by_other_overrides = {_overrides_without(run, baseline): run for run in reversed(references)}
    return [
        Pair(run, by_other_overrides.get(_overrides_without(run, baseline), first))
        for run in runs
        if run not in references
    ]


def is_baseline(record: Record, choices: Mapping[str, Any]) -> bool:
    """Return whether the run has these options of configuration groups, or these values among its overrides."""
    overrides = overrides_of(record)
    return all(str(value) in (record.choices.get(key), overrides.get(key)) for key, value in choices.items())


def _overrides_without(record: Record, keys: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, value) for key, value in overrides_of(record).items() if key not in keys))


def _find(runs: Sequence[Record], choices: Mapping[str, Any]) -> Record | None:
    """Return the first run with these choices; log a warning if there is none."""
    found = next((run for run in runs if is_baseline(run, choices)), None)
    if found is None:
        words = ", ".join(f"{key}: {value}" for key, value in choices.items())
        log.warning("baseline {%s}: no finished run of the sweep has these choices; it gives no verdicts", words)
    return found
