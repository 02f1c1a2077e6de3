"""What differs between the runs of a sweep, and what they share: configuration, data, environment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.runs import Record
from experiments.summary import ABSENT


@dataclass(frozen=True)
class KeyValues:
    """A key and its values over the runs, each with the numbers of the runs that have it."""

    key: str
    values: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class RunGroups:
    """Keys that split the runs into the same groups.

    Attributes:
        groups: Numbers of the runs of each group.
        keys: Each key with its value in every group.
    """

    groups: tuple[tuple[int, ...], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class DataUsed:
    """Data that some runs share.

    Attributes:
        origin: Where the photos come from.
        fingerprint: First digits of the fingerprint of the photos.
        photos: Number of photos.
        left_out: Files that were skipped, each with the reason.
        runs: Numbers of the runs.
    """

    origin: str
    fingerprint: str
    photos: str
    left_out: tuple[tuple[str, str], ...]
    runs: tuple[int, ...]

    @property
    def rendered(self) -> bool:
        """Whether the images are rendered, not photos, which the origin of such data says."""
        return "rendered" in self.origin


def over_runs(mappings: Mapping[int, Mapping[str, str]]) -> list[KeyValues]:
    """Return every key of some runs' mappings (by number of the run) with its values and the runs that have each."""
    found = []
    for key in dict.fromkeys(key for mapping in mappings.values() for key in mapping):
        values: dict[str, list[int]] = {}
        for run, mapping in mappings.items():
            values.setdefault(mapping.get(key, ABSENT), []).append(run)
        found.append(KeyValues(key, tuple((value, tuple(runs)) for value, runs in values.items())))
    return found


def run_groups(keys: Sequence[KeyValues]) -> list[RunGroups]:
    """Return the keys that have several values; those that split the runs into the same groups together."""
    found: dict[frozenset[tuple[int, ...]], list[KeyValues]] = {}
    for key in keys:
        if len(key.values) > 1:
            found.setdefault(frozenset(runs for _, runs in key.values), []).append(key)
    return [_groups_of(alike) for alike in found.values()]


def _groups_of(keys: Sequence[KeyValues]) -> RunGroups:
    groups = tuple(runs for _, runs in keys[0].values)
    by_group = [(key.key, {runs: value for value, runs in key.values}) for key in keys]
    return RunGroups(groups, tuple((name, tuple(values[group] for group in groups)) for name, values in by_group))


def data_used(records: Sequence[Record]) -> list[DataUsed]:
    """Return the data sets of the runs, each once; other skipped files make another data set."""
    groups: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        if record.data:
            groups.setdefault(json.dumps(record.data, sort_keys=True), []).append(number)
    found = []
    for runs in groups.values():
        data = records[runs[0]].data
        left_out = data.get("left_out") or {}
        found.append(
            DataUsed(
                origin=str(data.get("origin") or "no origin given"),
                fingerprint=str(data.get("fingerprint", ""))[:12],
                photos=str(data.get("photos", "")),
                left_out=tuple((str(name), str(reason)) for name, reason in left_out.items()),
                runs=tuple(runs),
            )
        )
    return found
