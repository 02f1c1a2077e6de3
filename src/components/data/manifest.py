"""The manifest: a table of photos with their labels, splits and metadata."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.errors import DataError
from components.storage import digest
from components.wording import counted

Strings = NDArray[np.object_]
Floats = NDArray[np.float64]

TEXT_COLUMNS = ("path", "label", "split", "group", "object_id", "title", "description", "sha256")
NUMBER_COLUMNS = ("latitude", "longitude")
SPLITS = ("train", "validation", "test")
INTERNAL = "hito:"
"""Beginning of the names of extra columns that hito adds; columns of users have other names."""

LEAKED = f"{INTERNAL}leaked"
"""Extra column, bool: training or validation photos that are tested on as well (`regions.region` with `leak=True`)."""


@dataclass(frozen=True)
class Manifest:
    """A table of n photos, one row per photo; every column except `path` may have empty values ("" or NaN).

    Attributes:
        root: Folder that the paths are relative to.
        path: (n,) str, path relative to `root`, with forward slashes; unique, it identifies the photo.
        label: (n,) str, class name.
        split: (n,) str, one of train, validation, test.
        group: (n,) str, region, location or series; `splits.group` keeps each group on one side of a split.
        object_id: (n,) str, equal for photos of the same object.
        title: (n,) str, in the language requested from the source.
        description: (n,) str, in the same language.
        latitude: (n,) float64, degrees north, WGS 84.
        longitude: (n,) float64, degrees east, WGS 84.
        sha256: (n,) str, SHA-256 of the file's bytes as hex digits.
        extra: Further columns by name, each (n,): texts in other languages, kinds of a class, ...
        origin: Short description of the source; it says so if the photos are rendered.
        left_out: Skipped files, mapped to the reason.
        notes: How the source was read, where that is not obvious: folders read as splits, an encoding, ...
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
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.path)
        for name, column in self.columns().items():
            if column.shape != (n,):
                raise ValueError(f"Manifest.{name} has shape {column.shape}, expected ({n},)")
        if len(set(self.path.tolist())) != n:
            raise ValueError("Manifest.path contains duplicates, expected unique paths")

    @classmethod
    def of(
        cls,
        root: Path,
        columns: Mapping[str, ArrayLike],
        *,
        origin: str = "",
        left_out: Mapping[str, str] | None = None,
        notes: Sequence[str] = (),
    ) -> Self:
        """Create a manifest from the available columns; the others are empty.

        Args:
            root: Folder that the paths are relative to.
            columns: Columns by name, each (n,); `path` is required. Names that are not fields go to `extra`.
            origin: Short description of the source.
            left_out: Skipped files, mapped to the reason.
            notes: How the source was read; empty notes are dropped.
        """
        n = len(np.asarray(columns["path"], dtype=object))
        known: dict[str, NDArray[Any]] = {}
        for name in TEXT_COLUMNS:
            known[name] = np.asarray(columns.get(name, [""] * n), dtype=object)
        for name in NUMBER_COLUMNS:
            known[name] = np.asarray(columns.get(name, [np.nan] * n), dtype=np.float64)
        extra = {name: np.asarray(column) for name, column in columns.items() if name not in known}
        said = tuple(note for note in notes if note)
        return cls(root=root, **known, extra=extra, origin=origin, left_out=dict(left_out or {}), notes=said)

    def __len__(self) -> int:
        return len(self.path)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return all columns by name, the extra columns last."""
        return {name: getattr(self, name) for name in TEXT_COLUMNS + NUMBER_COLUMNS} | dict(self.extra)

    @property
    def files(self) -> list[Path]:
        """Full path of each photo."""
        return [self.root / path for path in self.path]

    @property
    def classes(self) -> tuple[str, ...]:
        """The distinct labels, sorted, without the empty label."""
        return tuple(sorted(set(self.label.tolist()) - {""}))

    def rows(self, split: str) -> NDArray[np.int64]:
        """Return the row indices of one split; for the test split, including photos marked in the column `LEAKED`."""
        in_split = self.split == split
        if split == "test" and LEAKED in self.extra:
            in_split = in_split | self.extra[LEAKED]
        return np.flatnonzero(in_split)

    def rows_of(self, paths: Iterable[str]) -> NDArray[np.int64]:
        """Return the row index of each path.

        Args:
            paths: m paths of this manifest, in any order.

        Returns:
            (m,) row indices, in the order of `paths`.

        Raises:
            DataError: A path is not in the manifest.
        """
        row_of = {path: row for row, path in enumerate(self.path.tolist())}
        wanted = list(paths)
        if unknown := [path for path in wanted if path not in row_of]:
            others = f" and {counted(len(unknown) - 1, 'other path')}" if len(unknown) > 1 else ""
            raise DataError(
                f"{unknown[0]}{others} not found among the {counted(len(self), 'photo')} of "
                f"{self.origin or self.root}; expected paths relative to {self.root}"
            )
        return np.array([row_of[path] for path in wanted], dtype=np.int64)

    def take(self, rows: Sequence[int] | NDArray[np.integer[Any]] | NDArray[np.bool_]) -> Self:
        """Return the manifest of the given rows: indices, in their order, or a boolean mask."""
        picked: dict[str, Any] = {name: column[rows] for name, column in self.columns().items()}
        extra = {name: picked.pop(name) for name in self.extra}
        return replace(self, **picked, extra=extra)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with the given fields replaced."""
        unknown = set(changes) - {known.name for known in fields(self)}
        if unknown:
            raise TypeError(f"Manifest has no field {sorted(unknown)}")
        return replace(self, **changes)

    def fingerprint(self) -> str:
        """Return a SHA-256 of all columns as 64 hex digits; it does not depend on `root`, `origin` or file dates."""
        parts: list[str] = []
        for name, column in sorted(self.columns().items()):
            parts += [name, *(repr(value) for value in column.tolist())]
        return digest(*parts)
