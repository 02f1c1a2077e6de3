"""Split: a test split without some photos of known classes, as in the thesis's test of its binary network."""

from collections.abc import Callable

import numpy as np

from components.data.folds import single_split
from components.data.manifest import Manifest
from components.data.splits import given
from components.errors import DataError
from components.wording import counted


def without_known(
    manifest: Manifest,
    *,
    seed: int,
    lacks: int = 8,
    rest: str = "resto",
    base: Callable[..., Manifest] = given,
) -> Manifest:
    """Split with `base`, then exclude some test photos of known classes.

    The thesis does not name the photos that its test lacks; here they are drawn from all known test photos. With
    `resplit=true` each replicate excludes other photos.

    Args:
        manifest: The photos.
        seed: Seed of the draw and of `base`.
        lacks: Number of test photos to exclude.
        rest: Label of the photos of unknown classes, none of which are excluded.
        base: Assigns train, validation and test.

    Returns:
        The manifest; excluded photos have an empty `split`.

    Raises:
        DataError: No known test photo would be left.
    """
    split = single_split(base(manifest, seed=seed), "split=test_lacks_known")
    known = split.rows("test")
    known = known[split.label[known] != rest]
    if not 0 <= lacks < len(known):
        raise DataError(
            f"split.lacks={lacks}: the test split has {counted(len(known), 'photo')} of known classes; expected a "
            "smaller number"
        )
    known = known[np.argsort(split.path[known].astype(str))]
    excluded = np.random.default_rng(seed).choice(known, lacks, replace=False)
    sides = split.split.copy()
    sides[excluded] = ""
    return split.replace(split=sides)
