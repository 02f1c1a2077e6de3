"""Split: train on other regions, test on one region; the thesis's one-city test, with or without its leak."""

import numpy as np

from components.data.manifest import LEAKED, Manifest
from components.data.splits import given, group
from components.errors import DataError
from components.wording import did_you_mean


def region(manifest: Manifest, *, seed: int, test: str, validation: float = 0.2, leak: bool = False) -> Manifest:
    """Use the photos of one region as the test split, all others for training and validation.

    Args:
        manifest: The photos, with their region in `group`.
        seed: Seed that draws the validation photos.
        test: The region.
        validation: Share of the other photos, per class.
        leak: Reproduce the thesis, whose one-city row was computed with the network trained on the ordinary split: the
            region's training and validation photos are tested on as well. The leak guard reports them; continue with
            on_leak=warn.

    Raises:
        DataError: There is no such region, a photo has no region, or a class would have no training photos.
    """
    if not leak:
        return group(manifest, seed=seed, test=[test], validation=validation)
    in_region = manifest.group == test
    if not in_region.any():
        regions = sorted(set(manifest.group.tolist()) - {""})
        raise DataError(
            f"split.test={test!r}: no such region.{did_you_mean(test, regions)} Regions: {', '.join(regions) or 'none'}"
        )
    ordinary = given(manifest, seed=seed, validation=validation)
    tested_elsewhere = (ordinary.split == "test") & ~in_region
    return ordinary.replace(
        split=np.where(tested_elsewhere, "", ordinary.split).astype(object),
        extra={**ordinary.extra, LEAKED: in_region & (ordinary.split != "test")},
    )
