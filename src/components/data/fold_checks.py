"""Check that every class is in enough sets of photos to be trained on in each fold."""

from collections.abc import Sequence

import numpy as np

from components.data.class_draw import FEW
from components.data.manifest import Manifest
from components.data.selection import classes_word
from components.data.split_checks import listed
from components.data.units import Unit, units_of
from components.errors import DataError
from components.wording import counted


def check_units(manifest: Manifest, units: Sequence[Unit], by: str | None, n_sides: int) -> None:
    """Raise DataError if a class is in fewer units than a fold has sides.

    Args:
        manifest: The photos.
        units: Rows of the photos that stay together.
        by: The column whose values stay together, besides objects and copies; None: none.
        n_sides: 2 for training and test photos, 3 with validation photos.
    """
    n_units = _units_of_class(manifest, units)
    few = [name for name in manifest.classes if n_units[name] < n_sides]
    if not few:
        return
    n_photos = {name: int(np.count_nonzero(manifest.label == name)) for name in few}
    sides = "train and test" if n_sides == 2 else "train, validation and test"
    of_units = [_described(name, n_photos[name], n_units[name], by) for name in few]
    raise DataError(
        f"Too few photos of {counted(len(few), 'class', 'classes')} to be in {sides} in turn: {listed(of_units)}. "
        f"{_remedies(manifest, few, max(n_photos.values()), by, n_sides, n_units)}"
    )


def _units_of_class(manifest: Manifest, units: Sequence[Unit]) -> dict[str, int]:
    found = dict.fromkeys(manifest.classes, 0)
    for unit in units:
        for name in set(manifest.label[unit].tolist()):
            found[name] += 1
    return found


def _described(name: str, n_photos: int, n_units: int, by: str | None) -> str:
    together = f" of {counted(n_units, by or 'distinct object')}" if n_units < n_photos else ""
    return f"{name} ({counted(n_photos, 'photo')}{together})"


def _remedies(
    manifest: Manifest, few: Sequence[str], most: int, by: str | None, n_sides: int, n_units: dict[str, int]
) -> str:
    """Return what helps, without what would not."""
    others = [name for name in manifest.classes if name not in few]
    remedies = ["add photos of them"]
    if len(others) >= 2:
        counts = {name: np.count_nonzero(manifest.label == name) for name in others}
        by_number = most < FEW and sum(count > most for count in counts.values()) >= 2
        word = f"min_photos={most + 1}" if by_number else classes_word(others)
        remedies.append(f"exclude them with {word}")
    if n_sides == 3 and min(n_units[name] for name in few) >= 2:
        remedies.append("use split.validation=0")
    if by is not None:
        without = _units_of_class(manifest, units_of(manifest))
        if min(without[name] for name in few) >= n_sides:
            remedies.append("use split.by=null, which divides the groups")
    text = remedies[0] if len(remedies) == 1 else f"{', '.join(remedies[:-1])}, or {remedies[-1]}"
    return text[0].upper() + text[1:]
