"""Verdicts of a sweep: each run compared with its reference run."""

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components.errors import ConfigError, DataError
from components.metrics import Comparison, Verdict, with_holm
from experiments.runs import Kind, Record, Results, kind_of, results_of
from experiments.summary.baselines import Pair, pairs_of
from experiments.summary.options import Baseline

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SweepVerdicts:
    """The runs of a sweep compared with one of them, or each with a reference run of its own.

    Attributes:
        references: Reference run by run id.
        verdicts: Verdict in the headline metric by run id; a run that could not be compared has none.
        units: What the run was measured on by run id, in words: "test photos".
        further: Verdicts by further metric and run id, for runs that have such metrics. All verdicts, of whatever
            metric, are one family of Holm's correction.
        own: Ids of runs that were measured on all of their own photos, not on those that both runs share.
    """

    references: Mapping[str, Record]
    verdicts: Mapping[str, Verdict]
    units: Mapping[str, str]
    further: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @property
    def baseline(self) -> Record | None:
        """The one run that all others are compared with; None if there are several."""
        found = {record.id: record for record in self.references.values()}
        return next(iter(found.values())) if len(found) == 1 else None

    @property
    def metrics(self) -> list[str]:
        """Metrics that the verdicts are about, the headline metrics first."""
        return list(dict.fromkeys([*(verdict.metric for verdict in self.verdicts.values()), *self.further]))

    @property
    def family_size(self) -> int:
        """Number of comparisons that Holm's correction covers."""
        return len(self.verdicts) + sum(map(len, self.further.values()))


def sweep_verdicts(records: Sequence[Record], folder: Path, baseline: Baseline | None = None) -> SweepVerdicts | None:
    """Compare the runs of a sweep in the metrics that their kind of result is judged by (`experiments.runs.Kind`).

    Failed runs and runs without results to compare are skipped.

    Args:
        records: The runs; each has its folder, named by its id, in `folder`.
        folder: Folder of the experiment.
        baseline: Which run the others are compared with; None: the first that can be compared.

    Returns:
        The verdicts; None if there is nothing to compare. Why a run could not be compared is logged as a warning.
    """
    comparable: dict[str, Record] = {}
    for record in records:
        if record.status == "done" and kind_of(folder / record.id):
            comparable.setdefault(record.id, record)  # jobs that are the same run count once
    pairs = pairs_of(list(comparable.values()), baseline or {}) if len(comparable) > 1 else []
    if not pairs:
        return None

    @functools.cache
    def results(run_id: str, kind: Kind) -> Results:
        return results_of(folder / run_id, kind)

    headline: dict[str, Verdict] = {}
    further: dict[str, dict[str, Verdict]] = {}
    units: dict[str, str] = {}
    for pair in pairs:
        kind = kind_of(folder / pair.reference.id)
        assert kind is not None
        try:
            reference, run = results(pair.reference.id, kind), results(pair.run.id, kind)
        except (ConfigError, DataError) as error:
            log.warning("no verdict on the run %s: %s", pair.run.id, error)
            continue
        units[pair.run.id] = kind.unit
        first = kind.headline(reference)
        for metric in (first, *_further_metrics(kind, pair)):
            try:
                (verdict,) = comparison_of(kind, pair.photos)(reference, run, (metric,))
            except (ConfigError, DataError) as error:
                log.warning("no verdict on the run %s: %s", pair.run.id, error)
                continue
            of_metric = headline if metric == first else further.setdefault(metric, {})
            of_metric[pair.run.id] = verdict
    adjusted, *adjusted_further = _adjusted([headline, *further.values()])
    return SweepVerdicts(
        references={pair.run.id: pair.reference for pair in pairs},
        verdicts=adjusted,
        units=units,
        further=dict(zip(further, adjusted_further, strict=True)),
        own=frozenset(pair.run.id for pair in pairs if pair.photos == "own"),
    )


def _further_metrics(kind: Kind, pair: Pair) -> list[str]:
    return [name for name in kind.also if name in pair.run.metrics and name in pair.reference.metrics]


def _adjusted(groups: Sequence[Mapping[str, Verdict]]) -> list[dict[str, Verdict]]:
    """Adjust the verdicts of all groups as one family of Holm's correction."""
    adjusted = iter(with_holm([verdict for group in groups for verdict in group.values()]))
    return [{run_id: next(adjusted) for run_id in group} for group in groups]


def comparison_of(kind: Kind, photos: str) -> Comparison:
    """Return the function that compares two runs on the photos that both share ("shared") or each on its own ("own").

    Raises:
        ConfigError: If results of this kind have no such comparison.
    """
    if photos == "shared":
        return kind.compare
    if photos != "own" or kind.compare_own is None:
        known = "shared or own" if kind.compare_own else "shared"
        raise ConfigError(f"baseline: photos: {photos}: expected {known}")
    return kind.compare_own
