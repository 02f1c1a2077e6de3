"""The table of photos that everything starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.storage import digest

Strings = NDArray[np.object_]
Floats = NDArray[np.float64]

TEXT_COLUMNS = ("path", "label", "split", "group", "object_id", "title", "description", "sha256")
NUMBER_COLUMNS = ("latitude", "longitude")
SPLITS = ("train", "validation", "test")
LEAKED = "leaked"
"""Extra column, bool: photos that are tested on although they are trained or validated on (`region`, with its leak)."""


@dataclass(frozen=True)
class Manifest:
    """n photos, one row each; every column but `path` may be empty ("" or NaN).

    Attributes:
        root: Folder that the paths are relative to.
        path: (n,) str, relative to `root`, with forward slashes; it is the photo's id.
        label: (n,) str, class name.
        split: (n,) str, one of train, validation, test.
        group: (n,) str, region, place or series: what must not stand on both sides of a split by group.
        object_id: (n,) str, equal for photos of the same object.
        title: (n,) str, in the language that the source was asked for.
        description: (n,) str, likewise.
        latitude: (n,) float64, degrees north, WGS 84.
        longitude: (n,) float64, degrees east, WGS 84.
        sha256: (n,) str, hex digest of the file's bytes.
        extra: Further columns by name, each (n,): texts in other languages, kinds of a class, ...
        origin: Where the photos come from, in words; rendered data is called rendered here.
        left_out: Files that are not in the table, each with the reason.
    """

    root: Path
    path: Strings
    label: Strings
    split: Strings
    group: Strings
    object_id: Strings
    title: Strings
    description: Strings
    latitude: Floats
    longitude: Floats
    sha256: Strings
    extra: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    origin: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.path)
        for name, column in self.columns().items():
            if column.shape != (n,):
                raise ValueError(f"Manifest.{name} has shape {column.shape}, expected ({n},)")
        if len(set(self.path.tolist())) != n:
            raise ValueError("Manifest.path holds a path twice")

    @classmethod
    def of(
        cls,
        root: Path,
        columns: Mapping[str, ArrayLike],
        *,
        origin: str = "",
        left_out: Mapping[str, str] | None = None,
    ) -> Self:
        """Build a manifest from the columns that there are: known ones by name, others become `extra`."""
        n = len(np.asarray(columns["path"], dtype=object))
        known: dict[str, NDArray[Any]] = {}
        for name in TEXT_COLUMNS:
            known[name] = np.asarray(columns.get(name, [""] * n), dtype=object)
        for name in NUMBER_COLUMNS:
            known[name] = np.asarray(columns.get(name, [np.nan] * n), dtype=np.float64)
        extra = {name: np.asarray(column) for name, column in columns.items() if name not in known}
        return cls(root=root, **known, extra=extra, origin=origin, left_out=dict(left_out or {}))

    def __len__(self) -> int:
        return len(self.path)

    def columns(self) -> dict[str, NDArray[Any]]:
        """All columns by name, the extra ones last."""
        return {name: getattr(self, name) for name in TEXT_COLUMNS + NUMBER_COLUMNS} | dict(self.extra)

    @property
    def files(self) -> list[Path]:
        """Full path of each photo."""
        return [self.root / path for path in self.path]

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels there are, sorted, without the empty one."""
        return tuple(sorted(set(self.label.tolist()) - {""}))

    def rows(self, split: str) -> NDArray[np.int64]:
        """Indices of the photos of one split; those that leak into the test (`LEAKED`) are among its photos too."""
        here = self.split == split
        if split == "test" and LEAKED in self.extra:
            here = here | self.extra[LEAKED]
        return np.flatnonzero(here)

    def take(self, rows: Sequence[int] | NDArray[np.integer[Any]] | NDArray[np.bool_]) -> Self:
        """The manifest of these rows, by index or by mask, in this order."""
        picked: dict[str, Any] = {name: column[rows] for name, column in self.columns().items()}
        extra = {name: picked.pop(name) for name in self.extra}
        return replace(self, **picked, extra=extra)

    def replace(self, **changes: Any) -> Self:
        """The same manifest with some fields replaced."""
        unknown = set(changes) - {one.name for one in fields(self)}
        if unknown:
            raise TypeError(f"Manifest has no field {sorted(unknown)}")
        return replace(self, **changes)

    def fingerprint(self) -> str:
        """64 hex digits of what the photos are and what is said of them; not of where they lie or when they came."""
        parts: list[str] = []
        for name, column in sorted(self.columns().items()):
            parts += [name, *(repr(value) for value in column.tolist())]
        return digest(*parts)
