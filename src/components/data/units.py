"""Units: photos that stay on one side of every split, because they show the same thing."""

import numpy as np
from numpy.typing import NDArray

from components.data.connected_components import connected_components, equal_pairs
from components.data.manifest import Manifest
from components.data.pixels import NEAR_DUPLICATE_SET

Unit = NDArray[np.int64]
"""Rows of photos that stay on one side: the same bytes, near duplicates or the same object."""


def units_of(manifest: Manifest, by: str | None = None) -> list[Unit]:
    """Return the units, sorted by the path of their first photo.

    Args:
        manifest: The photos.
        by: A further column whose equal values belong together, such as "group"; None: no further one.
    """
    order = np.argsort(manifest.path.astype(str))
    columns = [manifest.sha256, manifest.object_id]
    if NEAR_DUPLICATE_SET in manifest.extra:
        columns.append(manifest.extra[NEAR_DUPLICATE_SET])
    if by is not None:
        columns.append(manifest.columns()[by])
    pairs = [pair for column in columns for pair in equal_pairs(column[order].tolist())]
    first = connected_components(len(manifest), pairs)
    by_unit = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[by_unit])) + 1
    return [order[unit] for unit in np.split(by_unit, starts)]
