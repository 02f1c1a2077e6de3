"""Checks of the arguments and the results of splits."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import SPLITS, Manifest
from components.errors import ConfigError, DataError
from components.wording import counted, shortened

log = logging.getLogger(__name__)

MAX_LISTED = 10


def check_share(name: str, share: float) -> None:
    """Raise ConfigError if the share called `name` is not in [0, 1)."""
    if not 0 <= share < 1:
        raise ConfigError(f"{name}={share}: expected a share of at least 0 and below 1")


def check_classes(manifest: Manifest) -> None:
    """Raise DataError if there are no photos or fewer than two classes."""
    if not len(manifest):
        raise DataError(f"There are no photos to split ({manifest.origin or manifest.root})")
    if len(manifest.classes) < 2:
        found = f"only the class {manifest.classes[0]!r}" if manifest.classes else "no labels"
        raise DataError(
            f"The photos of {manifest.origin or manifest.root} have {found}: a split needs at least two classes, given "
            "by folders or by a column `label`"
        )


def check_labels(manifest: Manifest) -> None:
    """Raise DataError if a photo has no label."""
    if (unlabelled := np.flatnonzero(manifest.label == "")).size:
        raise DataError(
            f"{len(unlabelled)} of {counted(len(manifest), 'photo')} to be split have no label, the first is "
            f"{manifest.path[unlabelled[0]]}: label them, or remove them from the source"
        )


def check_trained(manifest: Manifest, split: NDArray[np.object_]) -> None:
    """Raise DataError if a class has no training photos; log a warning if it has no validation or test photos.

    Args:
        manifest: n photos.
        split: (n,) the split that was drawn.
    """
    trained = set(manifest.label[split == "train"])
    if missing := sorted(set(manifest.classes) - trained):
        raise DataError(
            f"No training photos would be left of {listed(missing)}: all of them are in other splits; change split.test"
        )
    for side in SPLITS[1:]:
        if (split == side).any() and (missing := sorted(set(manifest.classes) - set(manifest.label[split == side]))):
            log.warning("The %s split has no photos of %s", side, listed(missing))


def listed(names: Sequence[str]) -> str:
    """Return the names separated by commas, shortened to the first ten."""
    return ", ".join(shortened(names, MAX_LISTED))
