"""Splits into training, validation and test photos: given by the source, stratified, or by groups.

Photos that belong together stay on one side of every split drawn here: photos with the same bytes or the same
`object_id`, and near duplicates if the photos come from `load_pixels`. The draw depends on the seed and on the photos,
not on the order of their rows.
"""

import logging
from collections.abc import Sequence
from typing import Literal

import numpy as np

from components.data.class_draw import draw_by_class
from components.data.group_draw import draw_groups, group_names
from components.data.manifest import Manifest
from components.data.split_checks import check_classes, check_share, check_trained, listed
from components.errors import ConfigError, DataError
from components.wording import did_you_mean

log = logging.getLogger(__name__)


def given(manifest: Manifest, *, seed: int, validation: float = 0.2) -> Manifest:
    """Use the split of the source; if it has no validation photos, draw them from its training photos.

    A source without any split is split by `stratified`: 20 % test, and the share `validation` of the others. This is
    logged.

    Args:
        manifest: The photos.
        seed: Seed of the draw.
        validation: Share of the training photos, per class (0.2 in the thesis); 0: no validation photos.

    Raises:
        DataError: Only some photos have a split, or there are no training or test photos; there is only one class, or
            a class has too few photos.
    """
    check_share("split.validation", validation)
    check_classes(manifest)
    without = np.flatnonzero(manifest.split == "")
    if len(without) == len(manifest):
        log.info(
            "The source has no split: 20 %% of the photos are test, %g of the others validation (split=stratified)",
            validation,
        )
        return stratified(manifest, seed=seed, validation=0.8 * validation, test=0.2)
    if len(without):
        raise DataError(
            f"{len(without)} of {len(manifest)} photos have no split, the first is {manifest.path[without[0]]}: set "
            "train, validation or test for each photo, or use split=stratified to draw a new split"
        )
    for needed in ("train", "test"):
        if not len(manifest.rows(needed)):
            raise DataError(
                f"The source ({manifest.origin}) has no {needed} photos: use split=stratified to draw a new split"
            )
    if len(manifest.rows("validation")) or not validation:
        return manifest
    rows = manifest.rows("train")
    drawn = manifest.split.copy()
    drawn[rows] = draw_by_class(manifest.take(rows), {"validation": validation}, seed, source=manifest)
    return manifest.replace(split=drawn)


def stratified(manifest: Manifest, *, seed: int, validation: float = 0.16, test: float = 0.2) -> Manifest:
    """Draw a new split with the same shares of every class; the split of the source is ignored.

    Args:
        manifest: The photos, each with a label.
        seed: Seed of the draw.
        validation: Share of each class; 0: no validation photos.
        test: Share of each class. With the defaults, 64 % are training photos.

    Raises:
        DataError: There is only one class, a photo has no label, or a class has too few photos.
    """
    check_share("split.validation", validation)
    check_share("split.test", test)
    check_share("split.validation + split.test", validation + test)
    check_classes(manifest)
    return manifest.replace(split=draw_by_class(manifest, {"test": test, "validation": validation}, seed))


def group(
    manifest: Manifest,
    *,
    seed: int,
    by: Literal["group", "object_id"] = "group",
    test: float | Sequence[str] = 0.2,
    validation: float = 0.16,
) -> Manifest:
    """Draw a new split that keeps each group (region or object) on one side.

    The classes are divided as evenly as the groups allow. If `test` names groups, these are the test split (leave one
    region out; "train elsewhere, test in one city" in the thesis) and validation photos are drawn from the others, per
    class.

    Args:
        manifest: The photos.
        seed: Seed of the draw.
        by: Column with the groups; photos without an `object_id` are groups of their own.
        test: Share of all photos, or names of groups.
        validation: Share of all photos, or of the other photos if `test` names groups; 0: no validation photos.

    Raises:
        ConfigError: `by` or a share is invalid.
        DataError: There is only one class, a photo has no group, there are too few groups, there is no such group, or
            a class would have no training photos.
    """
    if by not in ("group", "object_id"):
        raise ConfigError(f"split.by={by!r}: expected group or object_id")
    check_share("split.validation", validation)
    check_classes(manifest)
    names = group_names(manifest, by)
    if isinstance(test, int | float):
        check_share("split.test", test)
        check_share("split.validation + split.test", validation + test)
        split = draw_groups(manifest, names, {"test": test, "validation": validation}, seed, by)
    else:
        known = sorted(set(names))
        if unknown := [name for name in test if name not in known]:
            raise DataError(
                f"split.test={unknown}: no such {by}.{did_you_mean(unknown[0], known)} Known: {listed(known)}"
            )
        split = np.where(np.isin(names.astype(str), list(test)), "test", "train").astype(object)
        rest = np.flatnonzero(split == "train")
        if not len(rest) or len(rest) == len(manifest):
            raise DataError(f"split.test={list(test)} leaves no photos to {'train on' if not len(rest) else 'test'}")
        if validation:
            split[rest] = draw_by_class(manifest.take(rest), {"validation": validation}, seed, source=manifest)
    check_trained(manifest, split)
    return manifest.replace(split=split)
