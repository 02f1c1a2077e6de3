"""Which photos are for training, which for validation and which for the test.

Photos that belong together stay on one side of every split drawn here: the same bytes, the same `object_id`, and near
duplicates where `load_pixels` has named them (column `alike`). What is drawn depends on the seed and on the photos,
not on the order of their rows.
"""

import logging
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.connected_components import connected_components, equal_pairs
from components.data.manifest import SPLITS, Manifest
from components.data.pixels import ALIKE
from components.errors import ConfigError, DataError
from components.storage import digest

log = logging.getLogger(__name__)

DRAWS, MOST_GROUPS = 20, 2000
"""Of a few regions the best of 20 draws is taken; of many objects one is as good as another."""


def given(manifest: Manifest, *, seed: int, validation: float = 0.2) -> Manifest:
    """The split of the source; its validation photos are drawn from its training photos where it has none.

    A source without any split is split by `stratified`: a fifth is test, and `validation` of the rest. That is logged.

    Args:
        manifest: The photos.
        seed: Of the draw.
        validation: Share of the training photos, class by class (the thesis's 0.2); 0: no validation.

    Raises:
        DataError: Some photos have a split and some have none, or training or test photos are missing; there is only
            one class, or a class with too few photos to divide.
    """
    _check_share("split.validation", validation)
    _check_classes(manifest)
    without = np.flatnonzero(manifest.split == "")
    if len(without) == len(manifest):
        log.info("The source gives no split: 20 %% are test, %g of the rest validation (split=stratified)", validation)
        return stratified(manifest, seed=seed, validation=0.8 * validation, test=0.2)
    if len(without):
        raise DataError(
            f"{len(without)} of {len(manifest)} photos have no split, the first is {manifest.path[without[0]]}: give "
            "each one of train, validation, test, or take split=stratified, which draws a new one"
        )
    for needed in ("train", "test"):
        if not len(manifest.rows(needed)):
            raise DataError(
                f"The source ({manifest.origin}) has no {needed} photos: take split=stratified, which draws a new split"
            )
    if len(manifest.rows("validation")) or not validation:
        return manifest
    rows = manifest.rows("train")
    drawn = manifest.split.copy()
    drawn[rows] = _draw(manifest.take(rows), {"validation": validation}, seed)
    return manifest.replace(split=drawn)


def stratified(manifest: Manifest, *, seed: int, validation: float = 0.16, test: float = 0.2) -> Manifest:
    """Every class divided alike: 64 % train, 16 % validation, 20 % test. What split the source has is ignored.

    Args:
        manifest: The photos, each with a label.
        seed: Of the draw.
        validation: Share of each class; 0: no validation.
        test: Share of each class.

    Raises:
        DataError: There is only one class, a photo without a label, or a class that cannot give one photo a side.
    """
    _check_share("split.validation", validation)
    _check_share("split.test", test)
    _check_share("split.validation + split.test", validation + test)
    _check_classes(manifest)
    return manifest.replace(split=_draw(manifest, {"test": test, "validation": validation}, seed))


def group(
    manifest: Manifest,
    *,
    seed: int,
    by: Literal["group", "object_id"] = "group",
    test: float | Sequence[str] = 0.2,
    validation: float = 0.16,
) -> Manifest:
    """Regions or objects wholly on one side, with the classes divided as evenly as that allows.

    With names as `test` these regions are the test (leave one region out, the thesis's "train elsewhere, test in one
    city") and the validation photos are drawn from all others, class by class.

    Args:
        manifest: The photos.
        seed: Of the draw.
        by: The column that says what belongs together; photos without an `object_id` are objects of their own.
        test: Share of all photos, or names of regions or objects.
        validation: Share of all photos; with names as `test` the share of what is left; 0: no validation.

    Raises:
        DataError: There is only one class, a photo without a region, too few regions, no such region, or a class that
            no training photo would have.
    """
    if by not in ("group", "object_id"):
        raise ConfigError(f"split.by={by!r}: expected group or object_id")
    _check_share("split.validation", validation)
    _check_classes(manifest)
    names = _names(manifest, by)
    if isinstance(test, int | float):
        _check_share("split.test", test)
        _check_share("split.validation + split.test", validation + test)
        split = _divide(manifest, names, {"test": test, "validation": validation}, seed, by)
    else:
        known = sorted(set(names))
        if unknown := [name for name in test if name not in known]:
            raise DataError(f"split.test={unknown}: no such {by}; there are {_listed(known)}")
        split = np.where(np.isin(names.astype(str), list(test)), "test", "train").astype(object)
        rest = np.flatnonzero(split == "train")
        if not len(rest) or len(rest) == len(manifest):
            raise DataError(f"split.test={list(test)} leaves no photos to {'train on' if not len(rest) else 'test'}")
        if validation:
            split[rest] = _draw(manifest.take(rest), {"validation": validation}, seed)
    _check_trained(manifest, split)
    return manifest.replace(split=split)


def _check_share(name: str, share: float) -> None:
    if not 0 <= share < 1:
        raise ConfigError(f"{name}={share}: expected a share of at least 0 and below 1")


def _check_classes(manifest: Manifest) -> None:
    if not len(manifest):
        raise DataError(f"There are no photos to split ({manifest.origin or manifest.root})")
    if len(manifest.classes) < 2:
        what = f"only the class {manifest.classes[0]!r}" if manifest.classes else "no labels"
        raise DataError(
            f"The photos of {manifest.origin or manifest.root} have {what}: a split for classification needs at least "
            "two classes, in folders of their own or in a column `label`"
        )


def _check_trained(manifest: Manifest, split: NDArray[np.object_]) -> None:
    trained = set(manifest.label[split == "train"])
    if missing := sorted(set(manifest.classes) - trained):
        raise DataError(f"No training photo would be of {_listed(missing)}: all of them are on the other side")
    for side in SPLITS[1:]:
        if (split == side).any() and (missing := sorted(set(manifest.classes) - set(manifest.label[split == side]))):
            log.warning("The %s photos are without %s", side, _listed(missing))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _names(manifest: Manifest, by: str) -> NDArray[np.object_]:
    """(n,) what each photo belongs to."""
    names: NDArray[np.object_] = getattr(manifest, by)
    empty = names == ""
    if by == "group" and empty.any():
        raise DataError(
            f"{int(empty.sum())} of {len(manifest)} photos have no group, the first is "
            f"{manifest.path[np.flatnonzero(empty)[0]]}: fill the column, or take split=stratified"
        )
    return np.where(empty, manifest.path, names).astype(object)


def _generator(seed: int, name: str) -> np.random.Generator:
    """A generator for one class or group: another class more or less does not change what is drawn for this one."""
    return np.random.default_rng([seed, int(digest(name)[:16], 16)])


def _units(manifest: Manifest) -> list[NDArray[np.int64]]:
    """Rows that belong together, as sets, in the order of the paths."""
    order = np.argsort(manifest.path.astype(str))
    columns = [manifest.sha256, manifest.object_id]
    if ALIKE in manifest.extra:
        columns.append(manifest.extra[ALIKE])
    pairs = [pair for column in columns for pair in equal_pairs(column[order].tolist())]
    first = connected_components(len(manifest), pairs)
    by_unit = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[by_unit])) + 1
    return [order[unit] for unit in np.split(by_unit, starts)]


def _draw(manifest: Manifest, shares: dict[str, float], seed: int) -> NDArray[np.object_]:
    """(n,) of each class, the share of each side named, and `train` for the rest; every side gets at least one."""
    wanted = {side: share for side, share in shares.items() if share}
    if (unlabelled := np.flatnonzero(manifest.label == "")).size:
        raise DataError(
            f"{len(unlabelled)} of {len(manifest)} photos to be split have no label, the first is "
            f"{manifest.path[unlabelled[0]]}: give each a label, or leave them out of the source"
        )
    split = np.full(len(manifest), "train", dtype=object)
    of_class: dict[str, list[NDArray[np.int64]]] = {name: [] for name in manifest.classes}
    for unit in _units(manifest):
        of_class[manifest.label[unit[0]]].append(unit)
    for name, units in of_class.items():
        n = sum(map(len, units))
        if len(units) <= len(wanted):
            photos = f"{n} photo{'s' if n != 1 else ''}" + (f" of {len(units)} things" if n > len(units) else "")
            raise DataError(
                f"The class {name!r} has {photos}, too few to be in {' and '.join(['train', *reversed(wanted)])}: add "
                "photos to it, remove it, or join it with another class"
            )
        left = [units[one] for one in _generator(seed, name).permutation(len(units))]
        for position, (side, share) in enumerate(wanted.items()):
            taken, left = _taken(left, max(1, round(share * n)), len(wanted) - position)
            for unit in taken:
                split[unit] = side
    return split


def _taken(
    units: list[NDArray[np.int64]], target: int, needed: int
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """As many units, in order, as do not exceed `target` photos, leaving `needed` of them; and the others."""
    taken: list[NDArray[np.int64]] = []
    left: list[NDArray[np.int64]] = []
    count = 0
    for unit in units:
        fits = count + len(unit) <= target and len(units) - len(taken) > needed
        (taken if fits else left).append(unit)
        count += len(unit) if fits else 0
    if not taken:
        smallest = min(range(len(left)), key=lambda one: len(left[one]))
        taken.append(left.pop(smallest))
    return taken, left


def _divide(
    manifest: Manifest, names: NDArray[np.object_], shares: dict[str, float], seed: int, by: str
) -> NDArray[np.object_]:
    """(n,) a side for each group: of some draws the one whose classes come closest to their shares."""
    sides = {"train": 1 - sum(shares.values()), **{side: share for side, share in shares.items() if share}}
    groups, member = np.unique(names.astype(str), return_inverse=True)
    if len(groups) < len(sides):
        raise DataError(
            f"There {'are' if len(groups) > 1 else 'is'} only {len(groups)} {by} ({_listed(groups.tolist())}) for "
            f"{' and '.join(sides)}: take split=stratified, or set split.validation=0"
        )
    classes, label = np.unique(manifest.label.astype(str), return_inverse=True)
    counts = np.zeros((len(groups), len(classes)))
    np.add.at(counts, (member, label), 1)
    wanted = np.array(list(sides.values()))[:, None] * counts.sum(axis=0)
    generator = _generator(seed, by)
    draws = [
        _assigned(counts, wanted, generator.permutation(len(groups)))
        for _ in range(max(1, min(DRAWS, MOST_GROUPS // len(groups))))
    ]
    _, side_of = min(draws, key=lambda draw: draw[0])
    return np.array(list(sides), dtype=object)[side_of[member]]


def _assigned(
    counts: NDArray[np.float64], wanted: NDArray[np.float64], order: NDArray[np.int64]
) -> tuple[float, NDArray[np.int64]]:
    """A side for each group, taken in this order where it helps most, no side left empty; and how far off that is."""
    have = np.zeros_like(wanted)
    empty = set(range(len(wanted)))
    side_of = np.zeros(len(counts), dtype=np.int64)
    for position, one in enumerate(order):
        nearer = (((have + counts[one] - wanted) ** 2 - (have - wanted) ** 2) / np.maximum(wanted, 1)).sum(axis=1)
        must = len(order) - position <= len(empty)
        side = min(empty if must else range(len(wanted)), key=lambda candidate: nearer[candidate])
        side_of[one] = side
        have[side] += counts[one]
        empty.discard(side)
    return float((((have - wanted) ** 2) / np.maximum(wanted, 1)).sum()), side_of
