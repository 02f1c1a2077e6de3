"""Several manifests as one."""

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
    """The rows of all manifests, one below the other; paths are relative to the folder that all roots share.

    An extra column that a manifest lacks is empty there ("" or NaN); what was left out of each is left out of all.

    Raises:
        DataError: There is none, or two of them hold the same photo.
    """
    if not manifests:
        raise DataError("There is no table of photos to put below another")
    root = Path(os.path.commonpath([one.root.resolve() for one in manifests]))
    moved = []
    for one in manifests:
        below = one.root.resolve().relative_to(root)
        moved.append(one.replace(root=root, path=np.array([str(below / path) for path in one.path], dtype=object)))
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in moved]) for name in (*TEXT_COLUMNS, *NUMBER_COLUMNS)
    }
    paths, counts = np.unique(columns["path"].astype(str), return_counts=True)
    if (counts > 1).any():
        raise DataError(
            f"{paths[counts > 1][0]} is in two of the tables that are put below each other: it may be in one"
        )
    names = list(dict.fromkeys(name for one in moved for name in one.extra))
    extra = {name: np.concatenate([_column(one, name, moved) for one in moved]) for name in names}
    left_out = {path: reason for one in moved for path, reason in one.left_out.items()}
    origin = "; ".join(dict.fromkeys(one.origin for one in moved if one.origin))
    return replace(moved[0], **columns, extra=extra, left_out=left_out, origin=origin)


def _column(one: Manifest, name: str, all_of_them: Sequence[Manifest]) -> NDArray[Any]:
    if name in one.extra:
        return one.extra[name]
    like = next(other.extra[name] for other in all_of_them if name in other.extra)
    empty = np.nan if np.issubdtype(like.dtype, np.number) else ""
    return np.full(len(one), empty, dtype=np.float64 if empty != "" else object)
