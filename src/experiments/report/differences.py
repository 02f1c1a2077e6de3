"""What differs between the runs of a sweep, and what all share: configuration, data, environment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.runs import Record

ABSENT = "–"


@dataclass(frozen=True)
class Shared:
    """A key and its values over the runs: each value with the numbers of the runs that have it."""

    key: str
    values: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Split:
    """Keys that divide the runs alike: the groups of runs, and for each key its value in every group."""

    groups: tuple[tuple[int, ...], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class DataUsed:
    """Data that some runs share: origin, fingerprint, photos, files left out with the reason, numbers of the runs."""

    origin: str
    fingerprint: str
    photos: str
    left_out: tuple[tuple[str, str], ...]
    runs: tuple[int, ...]

    @property
    def rendered(self) -> bool:
        """Whether the photos are none: the origin of such data says so."""
        return "rendered" in self.origin


def flatten(value: Any, prefix: str = "") -> dict[str, str]:
    """A nested configuration as one mapping of dotted keys to text; lists of plain values stay together."""
    if isinstance(value, Mapping) and value:
        pairs = [(f"{prefix}.{key}" if prefix else str(key), one) for key, one in value.items()]
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        pairs = [(f"{prefix}[{index}]", one) for index, one in enumerate(value)]
    else:
        return {prefix: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}
    return {key: text for name, one in pairs for key, text in flatten(one, name).items()}


def over_runs(mappings: Mapping[int, Mapping[str, str]]) -> list[Shared]:
    """Every key of some runs' mappings (by number of the run), with its values and the runs that have each."""
    keys = dict.fromkeys(key for one in mappings.values() for key in one)
    found = []
    for key in keys:
        values: dict[str, list[int]] = {}
        for run, one in mappings.items():
            values.setdefault(one.get(key, ABSENT), []).append(run)
        found.append(Shared(key, tuple((value, tuple(runs)) for value, runs in values.items())))
    return found


def splits(shared: Sequence[Shared]) -> list[Split]:
    """The keys that have more than one value, those that divide the runs alike together."""
    found: dict[frozenset[tuple[int, ...]], list[Shared]] = {}
    for one in shared:
        if len(one.values) > 1:
            found.setdefault(frozenset(runs for _, runs in one.values), []).append(one)
    return [
        Split(
            groups := tuple(runs for _, runs in keys[0].values),
            tuple(
                (one.key, tuple(value for group in groups for value, runs in one.values if runs == group))
                for one in keys
            ),
        )
        for keys in found.values()
    ]


def data_used(records: Sequence[Record]) -> list[DataUsed]:
    """The data sets of the runs, each once; files left out are told apart too."""
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
