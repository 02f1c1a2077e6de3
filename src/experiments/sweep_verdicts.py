"""What each run of a sweep comes to beside one of them, for the sweep's table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import ConfigError, DataError
from components.metrics import Verdict, with_holm
from experiments.record import Record
from experiments.runs_compared import words_of
from experiments.stored_results import Results, kind_of, results_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SweepVerdicts:
    """The runs of a sweep held against one of them.

    Attributes:
        baseline: The run that the others are held against.
        verdicts: By run id, adjusted for one another by Holm; a run that could not be compared has none.
        unit: What the runs were measured on, in words: "test photos".
    """

    baseline: Record
    verdicts: Mapping[str, Verdict]
    unit: str


def sweep_verdicts(
    records: Sequence[Record], folder: Path, baseline: Mapping[str, Any] | None = None
) -> SweepVerdicts | None:
    """Compare the runs of a sweep in the headline metric of what they left (`experiments.stored_results`).

    Failed runs and runs that left nothing to compare are passed over.

    Args:
        records: The runs; each has its folder, named by its id, in `folder`.
        folder: Of the experiment.
        baseline: Choices or overrides, such as {"backbone": "cnn"}, of the run to hold the others against; None:
            the first that can be compared.

    Returns:
        None where there is nothing to compare. Why a run could not be compared is logged as a warning.
    """
    done = {one.id: one for one in records if one.status == "done" and kind_of(folder / one.id)}
    if len(done) < 2:
        return None
    chosen = next((one for one in done.values() if is_baseline(one, baseline or {})), None)
    if chosen is None:
        asked = ", ".join(f"{key}: {value}" for key, value in (baseline or {}).items())
        log.warning("baseline {%s}: no run of the sweep that is done has these choices; there are no verdicts", asked)
        return None
    kind = kind_of(folder / chosen.id)
    assert kind is not None
    found: dict[str, Verdict] = {}
    baseline_results: Results = ()
    for run in [chosen.id, *(one for one in done if one != chosen.id)]:
        try:
            results = results_of(folder / run, kind)
            if run == chosen.id:
                baseline_results = results
            else:
                found[run] = kind.compare(baseline_results, results, (kind.headline(baseline_results),))[0]
        except (ConfigError, DataError) as error:
            log.warning("no verdict on the run %s: %s", run, error)
            if run == chosen.id:
                return None
    return SweepVerdicts(chosen, dict(zip(found, with_holm(list(found.values())), strict=True)), kind.unit)


def is_baseline(record: Record, choices: Mapping[str, Any]) -> bool:
    """Whether the run took these options of its groups, or has these values among its overrides."""
    words = words_of(record)
    return all(str(value) in (record.choices.get(key), words.get(key)) for key, value in choices.items())
