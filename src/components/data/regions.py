"""Train elsewhere, test in one place: the thesis's one-city row, without its leak and with it."""

import numpy as np

from components.data.manifest import LEAKED, Manifest
from components.data.splits import given, group
from components.errors import DataError


def region(manifest: Manifest, *, seed: int, test: str, validation: float = 0.2, leak: bool = False) -> Manifest:
    """The photos of one region are the test, all others train and validation.

    Args:
        manifest: The photos, with their regions in `group`.
        seed: Of the draw of the validation photos.
        test: The region.
        validation: Share of the other photos, class by class.
        leak: As in the thesis, whose one-city row was computed with the network trained on the ordinary split: the
            region's training photos are trained on and tested on. The leak guard names them; go on with on_leak=warn.

    Raises:
        DataError: There is no such region, a photo without one, or a class that no training photo would have.
    """
    if not leak:
        return group(manifest, seed=seed, test=[test], validation=validation)
    there = manifest.group == test
    if not there.any():
        known = ", ".join(sorted(set(manifest.group.tolist()) - {""})) or "none"
        raise DataError(f"split.test={test!r}: no such region; there are {known}")
    ordinary = given(manifest, seed=seed, validation=validation)
    elsewhere = (ordinary.split == "test") & ~there
    return ordinary.replace(
        split=np.where(elsewhere, "", ordinary.split).astype(object),
        extra={**ordinary.extra, LEAKED: there & (ordinary.split != "test")},
    )
