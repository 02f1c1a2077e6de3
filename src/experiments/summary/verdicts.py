"""What each run of a sweep comes to beside one of them, for the sweep's table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.errors import ConfigError, DataError
from components.metrics import Comparison, Verdict, with_holm
from experiments.runs import Kind, Record, Results, kind_of, results_of
from experiments.summary.axes import words_of

log = logging.getLogger(__name__)


Baseline = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Choices or overrides, such as {"backbone": "cnn"}, of the run that the others are held against. Where several runs
have them, each of the others is held against the one that is like it in all other words. Or pairs
{"run": choices, "reference": choices}, where runs have counterparts of their own; with "photos": "own" each of the two is
measured on all of its test photos, not on those that both share."""


@dataclass(frozen=True)
class SweepVerdicts:
    """The runs of a sweep held against one of them, or each against its own counterpart.

    Attributes:
        baselines: By run id, the run that it is held against.
        verdicts: By run id, in the headline metric; a run that could not be compared has none.
        also: By further metric and run id, where the runs have such metrics; all verdicts, of whatever metric, are
            adjusted for one another by Holm.
        units: By run id, what it was measured on, in words: "test photos".
        own: Ids of runs that were measured on all of their own photos, not on those that both share.
    """

    baselines: Mapping[str, Record]
    verdicts: Mapping[str, Verdict]
    units: Mapping[str, str]
    also: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @property
    def baseline(self) -> Record | None:
        """The one run that all others are held against; None where there are several such."""
        found = {one.id: one for one in self.baselines.values()}
        return next(iter(found.values())) if len(found) == 1 else None


def sweep_verdicts(records: Sequence[Record], folder: Path, baseline: Baseline | None = None) -> SweepVerdicts | None:
    """Compare the runs of a sweep in the metrics that what they left is judged by (`experiments.runs.results`).

    Failed runs and runs that left nothing to compare are passed over.

    Args:
        records: The runs; each has its folder, named by its id, in `folder`.
        folder: Of the experiment.
        baseline: What the runs are held against; None: the first that can be compared.

    Returns:
        None where there is nothing to compare. Why a run could not be compared is logged as a warning.
    """
    done: dict[str, Record] = {}
    for one in records:
        if one.status == "done" and kind_of(folder / one.id):
            done.setdefault(one.id, one)  # two jobs that asked for the same work are one run, by its first name
    if len(done) < 2:
        return None
    pairs = pairs_of(list(done.values()), baseline or {})
    found: dict[tuple[str, str], Verdict] = {}
    units: dict[str, str] = {}
    results: dict[str, Results | str] = {}
    for run, beside, photos in pairs:
        kind = kind_of(folder / beside.id)
        assert kind is not None
        for name in (beside.id, run.id):
            if name not in results:
                try:
                    results[name] = results_of(folder / name, kind)
                except (ConfigError, DataError) as error:
                    results[name] = str(error)
        mine, theirs = results[run.id], results[beside.id]
        reason = next((one for one in (theirs, mine) if isinstance(one, str)), None)
        if reason is not None:
            log.warning("no verdict on the run %s: %s", run.id, reason)
            continue
        units[run.id] = kind.unit
        also = [name for name in kind.also if name in run.metrics and name in beside.metrics]
        for place, metric in enumerate((kind.headline(theirs), *also)):
            try:
                found["" if place == 0 else metric, run.id] = comparison_of(kind, photos)(theirs, mine, (metric,))[0]
            except (ConfigError, DataError) as error:
                log.warning("no verdict on the run %s: %s", run.id, error)
    if not pairs:
        return None
    by_metric: dict[str, dict[str, Verdict]] = {"": {}}
    for (metric, run_id), verdict in zip(found, with_holm(list(found.values())), strict=True):
        by_metric.setdefault(metric, {})[run_id] = verdict
    baselines = {run.id: beside for run, beside, _ in pairs}
    own = frozenset(run.id for run, _, photos in pairs if photos == "own")
    return SweepVerdicts(baselines, by_metric.pop(""), units, by_metric, own)


def comparison_of(kind: Kind, photos: str) -> Comparison:
    """How two runs are held together on the photos that both share, or each on its own.

    Raises ConfigError where results of this kind have no such comparison.
    """
    if photos == "shared":
        return kind.compare
    if photos != "own" or kind.compare_own is None:
        raise ConfigError(f"baseline: photos: {photos} is none of {'shared, own' if kind.compare_own else 'shared'}")
    return kind.compare_own


def pairs_of(runs: Sequence[Record], baseline: Baseline) -> list[tuple[Record, Record, str]]:
    """Each run with the one that it is held against, and on which photos: those that both share, or each its own.

    What is asked for and not there is logged as a warning.
    """
    if not isinstance(baseline, Mapping):
        pairs = [
            (_run_of(runs, pair["run"]), _run_of(runs, pair["reference"]), str(pair.get("photos", "shared")))
            for pair in baseline
        ]
        return [(run, beside, photos) for run, beside, photos in pairs if run and beside and run is not beside]
    if not (first := _run_of(runs, baseline)):
        return []
    named = [run for run in runs if is_baseline(run, baseline)] if baseline else [first]
    like = {_words_but(run, baseline): run for run in reversed(named)}
    return [(run, like.get(_words_but(run, baseline), first), "shared") for run in runs if run not in named]


def _words_but(record: Record, keys: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, value) for key, value in words_of(record).items() if key not in keys))


def _run_of(runs: Sequence[Record], choices: Mapping[str, Any]) -> Record | None:
    chosen = next((one for one in runs if is_baseline(one, choices)), None)
    if chosen is None:
        asked = ", ".join(f"{key}: {value}" for key, value in choices.items())
        log.warning("baseline {%s}: no run of the sweep that is done has these choices; there are no verdicts", asked)
    return chosen


def is_baseline(record: Record, choices: Mapping[str, Any]) -> bool:
    """Whether the run took these options of its groups, or has these values among its overrides."""
    words = words_of(record)
    return all(str(value) in (record.choices.get(key), words.get(key)) for key, value in choices.items())
