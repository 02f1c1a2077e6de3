"""Stratified draws: a share of each class, without separating photos that belong together."""

import numpy as np
from numpy.typing import NDArray

from components.data.connected_components import connected_components, equal_pairs
from components.data.manifest import Manifest
from components.data.pixels import NEAR_DUPLICATE_SET
from components.data.seeding import named_generator
from components.data.split_checks import check_labels
from components.errors import DataError
from components.wording import counted

Unit = NDArray[np.int64]
"""Rows of photos that stay on one side: the same bytes, near duplicates or the same object."""


def draw_by_class(manifest: Manifest, shares: dict[str, float], seed: int) -> NDArray[np.object_]:
    """Assign a share of each class to each side, and the rest to `train`; every side gets at least one unit per class.

    Args:
        manifest: n photos, each with a label.
        shares: Sides other than train, mapped to their share; sides with a share of 0 get no photos.
        seed: Seed of the draw.

    Returns:
        (n,) the side of each photo. It does not depend on the order of the rows.

    Raises:
        DataError: A photo has no label, or a class has too few photos.
    """
    wanted = {side: share for side, share in shares.items() if share}
    check_labels(manifest)
    split = np.full(len(manifest), "train", dtype=object)
    units_of_class: dict[str, list[Unit]] = {name: [] for name in manifest.classes}
    for unit in _units(manifest):
        units_of_class[manifest.label[unit[0]]].append(unit)
    for name, units in units_of_class.items():
        n = sum(map(len, units))
        if len(units) <= len(wanted):
            objects = f" of {counted(len(units), 'distinct object')}" if n > len(units) else ""
            raise DataError(
                f"The class {name!r} has {counted(n, 'photo')}{objects}, too few to be in "
                f"{' and '.join(['train', *reversed(wanted)])}: add photos to it, remove it, or merge it with another "
                "class"
            )
        left = [units[index] for index in named_generator(seed, name).permutation(len(units))]
        for position, (side, share) in enumerate(wanted.items()):
            taken, left = _take(left, max(1, round(share * n)), len(wanted) - position)
            for unit in taken:
                split[unit] = side
    return split


def _units(manifest: Manifest) -> list[Unit]:
    """Return the units, sorted by the path of their first photo."""
    order = np.argsort(manifest.path.astype(str))
    columns = [manifest.sha256, manifest.object_id]
    if NEAR_DUPLICATE_SET in manifest.extra:
        columns.append(manifest.extra[NEAR_DUPLICATE_SET])
    pairs = [pair for column in columns for pair in equal_pairs(column[order].tolist())]
    first = connected_components(len(manifest), pairs)
    by_unit = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[by_unit])) + 1
    return [order[unit] for unit in np.split(by_unit, starts)]


def _take(units: list[Unit], target: int, needed: int) -> tuple[list[Unit], list[Unit]]:
    """Take units in order while they have at most `target` photos together and `needed` units are left.

    Returns:
        The units taken, at least one, and the others.
    """
    taken: list[Unit] = []
    left: list[Unit] = []
    count = 0
    for unit in units:
        fits = count + len(unit) <= target and len(units) - len(taken) > needed
        (taken if fits else left).append(unit)
        count += len(unit) if fits else 0
    if not taken:
        smallest = min(range(len(left)), key=lambda index: len(left[index]))
        taken.append(left.pop(smallest))
    return taken, left
