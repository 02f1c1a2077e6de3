"""A test that lacks photos of the known classes, as the thesis's test of its binary network does."""

from collections.abc import Callable

import numpy as np

from components.data.manifest import Manifest
from components.data.splits import given
from components.errors import DataError


def without_known(
    manifest: Manifest,
    *,
    seed: int,
    lacks: int = 8,
    rest: str = "resto",
    base: Callable[..., Manifest] = given,
) -> Manifest:
    """The split that `base` gives, but for some test photos of known classes, which are left out.

    The thesis does not say which photos its test lacks; they are drawn from all known ones. With `resplit=true` each
    replicate lacks others.

    Args:
        manifest: The photos.
        seed: Of the draw, and of `base`.
        lacks: How many photos the test lacks.
        rest: Label of the photos of none of the classes; all of them stay.
        base: Says which photos are train, validation and test.

    Raises:
        DataError: The test has no more known photos than these.
    """
    split = base(manifest, seed=seed)
    known = split.rows("test")
    known = known[split.label[known] != rest]
    if not 0 <= lacks < len(known):
        raise DataError(f"split.lacks={lacks}: the test has {len(known)} photos of known classes; leave out fewer")
    known = known[np.argsort(split.path[known].astype(str))]
    left_out = np.random.default_rng(seed).choice(known, lacks, replace=False)
    sides = split.split.copy()
    sides[left_out] = ""
    return split.replace(split=sides)
