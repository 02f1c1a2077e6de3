"""In what the runs of a sweep differ, and which published row speaks of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.runs import Record


def sweep_axes(records: Sequence[Record]) -> list[str]:
    """Keys of the overrides in which the runs differ, in the order of the command line."""
    values: dict[str, set[str]] = {}
    for record in records:
        for key in words_of(record):
            values.setdefault(key, set())
    for record in records:
        words = words_of(record)
        for key, seen in values.items():
            seen.add(words.get(key, ""))
    return [key for key, seen in values.items() if len(seen) > 1]


def words_of(record: Record) -> dict[str, str]:
    """The overrides of a run as a mapping."""
    return dict(word.lstrip("+~").split("=", 1) for word in record.overrides if "=" in word)


def published_for(record: Record, published: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The published row that speaks of the same components as the run, if there is one."""
    for row in published.get("rows", ()):
        wanted = {group: one if isinstance(one, list) else [one] for group, one in row["when"].items()}
        if all(record.choices.get(group) in options for group, options in wanted.items()):
            found: Mapping[str, Any] = row
            return found
    return None
