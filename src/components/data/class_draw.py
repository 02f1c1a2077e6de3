"""Stratified draws: a share of each class, without separating photos that belong together."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.data.selection import classes_word, rename_word
from components.data.split_checks import check_labels
from components.data.units import Unit, units_of
from components.errors import DataError
from components.wording import counted

FEW = 10
"""Classes with fewer photos are excluded by their number, others by name."""


def draw_by_class(
    manifest: Manifest, shares: dict[str, float], seed: int, *, source: Manifest | None = None
) -> NDArray[np.object_]:
    """Assign a share of each class to each side, and the rest to `train`; every side gets at least one unit per class.

    Args:
        manifest: n photos, each with a label.
        shares: Sides other than train, mapped to their share; sides with a share of 0 get no photos.
        seed: Seed of the draw.
        source: All photos of the source, of which an error says how to exclude a class; None: `manifest`.

    Returns:
        (n,) the side of each photo. It does not depend on the order of the rows.

    Raises:
        DataError: A photo has no label, or a class has too few photos.
    """
    wanted = {side: share for side, share in shares.items() if share}
    check_labels(manifest)
    split = np.full(len(manifest), "train", dtype=object)
    counts = Counter(manifest.label.tolist())
    units_of_class: dict[str, list[Unit]] = {name: [] for name in manifest.classes}
    for unit in units_of(manifest):
        units_of_class[_rarest(manifest.label[unit].tolist(), counts)].append(unit)
    for name, units in units_of_class.items():
        n = sum(map(len, units))
        if len(units) <= len(wanted):
            raise DataError(_too_few(manifest, source or manifest, name, len(units), [*wanted]))
        left = [units[index] for index in named_generator(seed, name).permutation(len(units))]
        for position, (side, share) in enumerate(wanted.items()):
            taken, left = _take(left, max(1, round(share * n)), len(wanted) - position)
            for unit in taken:
                split[unit] = side
    return split


def _rarest(labels: list[str], counts: Mapping[str, int]) -> str:
    """Return the label that a unit counts as: of photos with different labels that resemble each other, the rarest."""
    return min(labels, key=lambda label: counts[label])


def _too_few(manifest: Manifest, source: Manifest, name: str, n_units: int, sides: list[str]) -> str:
    """Return the error for a class with too few units, with the keys that drop it or join it with another class."""
    rows = np.flatnonzero(manifest.label == name)
    units = [unit for unit in units_of(manifest) if name in manifest.label[unit]]
    mixed = [unit for unit in units if len(set(manifest.label[unit])) > 1]
    n = len(rows)
    objects = f" of {counted(len(units), 'distinct object')}" if n > len(units) else ""
    shared = ""
    if len(units) > n_units:
        here = next(row for row in mixed[0] if manifest.label[row] == name)
        other = next(row for row in mixed[0] if manifest.label[row] != name)
        shared = (
            f"; {counted(len(mixed), 'of them resembles a photo', 'of them resemble photos')} of another class, such "
            f"as {manifest.path[here]} and {manifest.path[other]} ({manifest.label[other]})"
        )
    others = [label for label in manifest.classes if label != name]
    total = int(np.count_nonzero(source.label == name))
    exclude = f"min_photos={total + 1}" if total < FEW else classes_word(others)
    join = f", or join it with another class: {rename_word(name, others[0])}" if others else ""
    return (
        f"The class {name!r} has {counted(n, 'photo')}{objects}, too few to be in "
        f"{' and '.join(['train', *reversed(sides)])}{shared}: add photos to it, exclude it with "
        f"{exclude}{join}"
    )


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
