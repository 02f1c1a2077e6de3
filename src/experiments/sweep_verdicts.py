"""What each run of a sweep comes to beside one of them, for the sweep's table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import DataError
from components.metrics import Verdict, compare, with_holm
from components.predictions import Predictions
from experiments.record import Record
from experiments.runs_compared import words_of
from experiments.stored_predictions import FILE, read_predictions

log = logging.getLogger(__name__)

METRIC = "accuracy"


@dataclass(frozen=True)
class SweepVerdicts:
    """The runs of a sweep held against one of them.

    Attributes:
        baseline: The run that the others are held against.
        verdicts: By run id, adjusted for one another by Holm; a run that could not be compared has none.
    """

    baseline: Record
    verdicts: Mapping[str, Verdict]


def sweep_verdicts(
    records: Sequence[Record], folder: Path, baseline: Mapping[str, Any] | None = None
) -> SweepVerdicts | None:
    """Compare the accuracy of the runs of a sweep; failed runs and tasks without predictions are passed over.

    Args:
        records: The runs; each has its folder, named by its id, in `folder`.
        folder: Of the experiment.
        baseline: Choices or overrides, such as {"backbone": "cnn"}, of the run to hold the others against; None:
            the first that has predictions.

    Returns:
        None where there is nothing to compare. Why a run could not be compared is logged as a warning.
    """
    done = {one.id: one for one in records if one.status == "done" and (folder / one.id / FILE).is_file()}
    if len(done) < 2:
        return None
    chosen = next((one for one in done.values() if is_baseline(one, baseline or {})), None)
    if chosen is None:
        asked = ", ".join(f"{key}: {value}" for key, value in (baseline or {}).items())
        log.warning("baseline {%s}: no run of the sweep that is done has these choices; there are no verdicts", asked)
        return None
    predictions: dict[str, list[Predictions]] = {}
    found: dict[str, Verdict] = {}
    for run in [chosen.id, *(one for one in done if one != chosen.id)]:
        try:
            predictions[run] = read_predictions(folder / run)
            if run != chosen.id:
                found[run] = compare(predictions[chosen.id], predictions[run], METRIC)
        except DataError as error:
            log.warning("no verdict on the run %s: %s", run, error)
            if run == chosen.id:
                return None
    return SweepVerdicts(chosen, dict(zip(found, with_holm(list(found.values())), strict=True)))


def is_baseline(record: Record, choices: Mapping[str, Any]) -> bool:
    """Whether the run took these options of its groups, or has these values among its overrides."""
    words = words_of(record)
    return all(str(value) in (record.choices.get(key), words.get(key)) for key, value in choices.items())
