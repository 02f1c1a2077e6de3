"""Split into folds for cross-validation: every photo is a test photo in exactly one fold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.class_draw import draw_by_class
from components.data.fold_checks import check_units
from components.data.fold_draw import draw_folds
from components.data.group_draw import draw_groups, group_names
from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.data.split_checks import check_classes, check_labels, check_share, listed
from components.data.units import Unit, units_of
from components.errors import ConfigError, DataError
from components.wording import counted


@dataclass(frozen=True)
class Folds:
    """The splits of a cross-validation.

    Attributes:
        manifests: The photos with the split of each fold; each photo is a test photo in one of them.
        whole: The photos with a split without test photos, for the model that is trained on all of them.
    """

    manifests: tuple[Manifest, ...]
    whole: Manifest


def kfold(
    manifest: Manifest,
    *,
    seed: int,
    folds: int | Literal["all"] = 5,
    validation: float = 0.0,
    by: Literal["group"] | None = None,
) -> Folds:
    """Draw folds with the same shares of every class; the split of the source is ignored.

    Photos with the same bytes or the same `object_id`, and near duplicates, are in one fold. The draw depends on the
    seed and on the photos, not on the order of their rows.

    Args:
        manifest: The photos, each with a label.
        seed: Seed of the draw.
        folds: Number of folds; `all`: as many as there are photos, or sets of photos that stay together
            (leave-one-out).
        validation: Share of the training photos of each fold; 0: no validation photos.
        by: `group` also keeps each group (region, location or series) in one fold; None: groups are not looked at.

    Raises:
        ConfigError: `by` or `validation` is invalid.
        DataError: There is only one class, a photo has no label or no group, there are fewer sets of photos than folds,
            or a fold would have no training photos of a class.
    """
    if by not in (None, "group"):
        raise ConfigError(f"split.by={by!r}: expected group or null; objects are always kept in one fold")
    check_share("split.validation", validation)
    check_classes(manifest)
    check_labels(manifest)
    if by:
        group_names(manifest, by)  # raises an error for photos without a group
    units = units_of(manifest, by)
    check_units(manifest, units, by, n_sides=3 if validation else 2)
    fold_of = np.zeros(len(manifest), dtype=np.int64)
    for unit, fold in zip(units, _fold_of_units(manifest, units, folds, seed), strict=True):
        fold_of[unit] = fold
    _check_training(manifest, fold_of, folds)
    trained = [fold_of != fold for fold in range(fold_of.max() + 1)]
    splits = [_split(manifest, train, units, validation, by, seed) for train in (*trained, np.ones_like(fold_of, bool))]
    return Folds(tuple(splits[:-1]), splits[-1])


def on_each_fold(split: Manifest | Folds, change: Callable[[Manifest], Manifest]) -> Manifest | Folds:
    """Return a split changed by a function, or folds each changed by it."""
    if isinstance(split, Folds):
        return Folds(tuple(map(change, split.manifests)), change(split.whole))
    return change(split)


def single_split(split: Manifest | Folds, reader: str) -> Manifest:
    """Return a split that is none of several folds.

    Args:
        split: What a function of a split returned.
        reader: What uses the split, for the error: "task=align".

    Raises:
        ConfigError: The split is a cross-validation.
    """
    if isinstance(split, Folds):
        raise ConfigError(
            f"{reader} uses one split, and split=kfold draws {len(split.manifests)}: use split=stratified, or "
            "split=given for the split of the source"
        )
    return split


def _fold_of_units(manifest: Manifest, units: list[Unit], folds: int | Literal["all"], seed: int) -> NDArray[np.int64]:
    """Return the (U,) fold of each unit."""
    if folds == "all":
        return np.arange(len(units))
    if not 2 <= folds <= len(units):
        together = "" if len(units) == len(manifest) else f" in {counted(len(units), 'set')} that stay together"
        raise DataError(
            f"split.folds={folds}: there are {counted(len(manifest), 'photo')}{together}, expected 2 to {len(units)} "
            "folds, or split.folds=all"
        )
    classes, label = np.unique(manifest.label.astype(str), return_inverse=True)
    counts = np.array([np.bincount(label[unit], minlength=len(classes)) for unit in units])
    return draw_folds(counts, folds, named_generator(seed, "folds"))


def _check_training(manifest: Manifest, fold_of: NDArray[np.int64], folds: int | Literal["all"]) -> None:
    """Raise DataError if all photos of a class are in one fold."""
    if alone := [name for name in manifest.classes if len(set(fold_of[manifest.label == name].tolist())) == 1]:
        raise DataError(
            f"split.folds={folds}: all photos of {listed(alone)} would be in one fold, because their groups or objects "
            "are those of other classes: add photos of these classes, or use split.folds=all"
        )


def _split(
    manifest: Manifest,
    train: NDArray[np.bool_],
    units: list[Unit],
    validation: float,
    by: Literal["group"] | None,
    seed: int,
) -> Manifest:
    """Return the split that trains on the photos of a mask, some of which become validation photos."""
    split = np.where(train, "train", "test").astype(object)
    rows = np.flatnonzero(train)
    if validation and by is None:
        split[rows] = draw_by_class(manifest.take(rows), {"validation": validation}, seed, source=manifest)
    elif validation:
        names = np.empty(len(manifest), dtype=object)
        for unit in units:
            names[unit] = manifest.path[unit[0]]
        split[rows] = draw_groups(manifest.take(rows), names[rows], {"validation": validation}, seed, by or "")
        if missing := sorted(set(manifest.classes) - set(manifest.label[split == "train"])):
            raise DataError(
                f"split.validation={validation}: a fold would have no training photos of {listed(missing)}, because "
                "their groups are validation photos: use split.validation=0"
            )
    return manifest.replace(split=split)
