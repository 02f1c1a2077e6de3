"""In which overrides the runs of a sweep differ, and which metrics its tables show first."""

from collections.abc import Collection, Iterable, Sequence

from experiments.console import HEADINGS
from experiments.runs import Record, describes

MAX_HEADLINES = 7
"""Number of metrics shown first if the experiment names none and the runs have none of the thesis's."""


def sweep_axes(records: Sequence[Record]) -> list[str]:
    """Return the keys of the overrides in which the runs differ, in the order of the command line."""
    values: dict[str, set[str]] = {}
    for record in records:
        for key in overrides_of(record):
            values.setdefault(key, set())
    for record in records:
        overrides = overrides_of(record)
        for key, seen in values.items():
            seen.add(overrides.get(key, ""))
    return [key for key, seen in values.items() if len(seen) > 1 and describes(key)]


def overrides_of(record: Record) -> dict[str, str]:
    """Return the overrides of a run as a mapping from key to value."""
    return dict(word.lstrip("+~").split("=", 1) for word in record.overrides if "=" in word)


def headline_metrics(
    records: Iterable[Record], table_metrics: Sequence[str] = (), judged: Iterable[str] = ()
) -> list[str]:
    """Return the names of the metrics that a table of these runs shows first.

    Args:
        records: The runs.
        table_metrics: The experiment's own choice (configuration key of this name); names that no run has are skipped.
        judged: Metrics that the verdicts of the sweep are about.

    Returns:
        The judged metrics that are not among the others, followed by `table_metrics`; if no run has any of these, by
        the thesis's metrics in its order; if the runs have none of those either, by their first few. Accuracy is left
        out of the thesis's metrics, unless it is judged: weighted recall is the same number.
    """
    names = dict.fromkeys(name for record in records for name in record.metrics)
    shown = _shown_first(names, table_metrics)
    return [*(name for name in dict.fromkeys(judged) if name in names and name not in shown), *shown]


def _shown_first(names: Collection[str], table_metrics: Sequence[str]) -> list[str]:
    chosen = [name for name in dict.fromkeys(table_metrics) if name in names]
    if chosen:
        return chosen
    found = [name for name in HEADINGS if name in names]
    if "recall_weighted" in found and "accuracy" in found:
        found.remove("accuracy")
    return found or list(names)[:MAX_HEADLINES]
