"""Concatenation of manifests."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from components.errors import DataError


def concatenated(manifests: Sequence[Manifest]) -> Manifest:
    """Concatenate the rows of several manifests.

    Args:
        manifests: At least one manifest.

    Returns:
        A manifest whose root is the common folder of all roots; paths are relative to it. Extra columns that a
        manifest lacks are empty there ("" or NaN). `left_out`, `notes` and `origin` are those of all manifests.

    Raises:
        DataError: There are no manifests, or two of them contain the same photo.
    """
    if not manifests:
        raise DataError("There are no tables of photos to concatenate; give at least one")
    root = Path(os.path.commonpath([manifest.root.resolve() for manifest in manifests]))
    rebased = []
    for manifest in manifests:
        prefix = manifest.root.resolve().relative_to(root)
        paths = np.array([str(prefix / path) for path in manifest.path], dtype=object)
        rebased.append(manifest.replace(root=root, path=paths))
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(manifest, name) for manifest in rebased])
        for name in (*TEXT_COLUMNS, *NUMBER_COLUMNS)
    }
    unique, counts = np.unique(columns["path"].astype(str), return_counts=True)
    if (counts > 1).any():
        raise DataError(
            f"{unique[counts > 1][0]} is in two of the tables that are concatenated; remove it from one of them"
        )
    names = list(dict.fromkeys(name for manifest in rebased for name in manifest.extra))
    extra = {name: np.concatenate([_column(manifest, name, rebased) for manifest in rebased]) for name in names}
    left_out = {path: reason for manifest in rebased for path, reason in manifest.left_out.items()}
    origin = "; ".join(dict.fromkeys(manifest.origin for manifest in rebased if manifest.origin))
    notes = tuple(dict.fromkeys(note for manifest in rebased for note in manifest.notes))
    return replace(rebased[0], **columns, extra=extra, left_out=left_out, origin=origin, notes=notes)


def _column(manifest: Manifest, name: str, manifests: Sequence[Manifest]) -> NDArray[Any]:
    """Return an extra column, filled with empty values of the type it has elsewhere if the manifest lacks it."""
    if name in manifest.extra:
        return manifest.extra[name]
    like = next(other.extra[name] for other in manifests if name in other.extra)
    empty = np.nan if np.issubdtype(like.dtype, np.number) else ""
    return np.full(len(manifest), empty, dtype=np.float64 if empty != "" else object)
