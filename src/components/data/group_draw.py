"""Draws of whole groups (regions or objects), with the classes divided as evenly as possible."""

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.data.split_checks import listed
from components.errors import DataError

DRAWS, MAX_GROUPS = 20, 2000
"""The best of 20 draws is used, of fewer draws with more than 100 groups, so that `MAX_GROUPS` are assigned in all."""


def group_names(manifest: Manifest, by: str) -> NDArray[np.object_]:
    """Return the (n,) group of each photo.

    Args:
        manifest: n photos.
        by: Column with the groups; photos without an `object_id` are groups of their own.

    Raises:
        DataError: `by` is "group" and a photo has none.
    """
    names: NDArray[np.object_] = getattr(manifest, by)
    empty = names == ""
    if by == "group" and empty.any():
        raise DataError(
            f"{int(empty.sum())} of {len(manifest)} photos have no group, the first is "
            f"{manifest.path[np.flatnonzero(empty)[0]]}: fill the column, or use split=stratified"
        )
    return np.where(empty, manifest.path, names).astype(object)


def draw_groups(
    manifest: Manifest, names: NDArray[np.object_], shares: dict[str, float], seed: int, by: str
) -> NDArray[np.object_]:
    """Assign each group to a side; of several random draws the one whose classes are closest to their shares is used.

    Args:
        manifest: n photos.
        names: (n,) the group of each photo.
        shares: Sides other than train, mapped to their share; sides with a share of 0 get no photos.
        seed: Seed of the draw.
        by: Name of the column of groups; it is part of the seed.

    Returns:
        (n,) the side of each photo.

    Raises:
        DataError: There are fewer groups than sides.
    """
    sides = {"train": 1 - sum(shares.values()), **{side: share for side, share in shares.items() if share}}
    groups, member = np.unique(names.astype(str), return_inverse=True)
    if len(groups) < len(sides):
        raise DataError(
            f"Too few groups in the column {by!r} to be in {' and '.join(sides)}: {listed(groups.tolist())}. Use "
            "split=stratified, or set split.validation=0"
        )
    classes, label = np.unique(manifest.label.astype(str), return_inverse=True)
    counts = np.zeros((len(groups), len(classes)))
    np.add.at(counts, (member, label), 1)
    wanted = np.array(list(sides.values()))[:, None] * counts.sum(axis=0)
    generator = named_generator(seed, by)
    draws = [
        _assign(counts, wanted, generator.permutation(len(groups)))
        for _ in range(max(1, min(DRAWS, MAX_GROUPS // len(groups))))
    ]
    _, side_of = min(draws, key=lambda draw: draw[0])
    return np.array(list(sides), dtype=object)[side_of[member]]


def _assign(
    counts: NDArray[np.float64], wanted: NDArray[np.float64], order: NDArray[np.int64]
) -> tuple[float, NDArray[np.int64]]:
    """Assign groups greedily, each to the side whose class counts it improves most; no side is left empty.

    Args:
        counts: (G, C) photos by group and class.
        wanted: (S, C) photos wanted by side and class.
        order: (G,) the order in which groups are assigned.

    Returns:
        The squared error relative to `wanted`, and the (G,) side of each group.
    """
    assigned = np.zeros_like(wanted)
    empty = set(range(len(wanted)))
    side_of = np.zeros(len(counts), dtype=np.int64)
    for position, group in enumerate(order):
        change = (((assigned + counts[group] - wanted) ** 2 - (assigned - wanted) ** 2) / np.maximum(wanted, 1)).sum(
            axis=1
        )
        must_fill = len(order) - position <= len(empty)
        side = min(empty if must_fill else range(len(wanted)), key=lambda candidate: change[candidate])
        side_of[group] = side
        assigned[side] += counts[group]
        empty.discard(side)
    return float((((assigned - wanted) ** 2) / np.maximum(wanted, 1)).sum()), side_of
