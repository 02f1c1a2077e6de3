"""Which labels of a manifest are the known classes, and which photos are of the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError, DataError


def known_classes(manifest: Manifest, rest: str | None) -> tuple[str, ...]:
    """The labels of the training photos, without `rest`.

    Raises DataError for fewer than two classes, and for a class that the test has and the training has not.
    """
    seen = {split: set(manifest.label[manifest.rows(split)]) - {"", rest} for split in ("train", "test")}
    if len(seen["train"]) < 2:
        found = ", ".join(sorted(seen["train"])) or "none"
        raise DataError(f"Classification needs photos of at least two classes in train; found: {found}")
    if strange := sorted(seen["test"] - seen["train"]):
        raise DataError(
            f"The test split holds labels that train has no photo of: {', '.join(strange)}. "
            "Add photos of them to train, remove them, or give the label as head.rest"
        )
    return tuple(sorted(seen["train"]))


def indices(labels: NDArray[np.object_], names: Sequence[str]) -> NDArray[np.int64]:
    """Index of each label in `names`, -1 where it is not among them."""
    position = {name: index for index, name in enumerate(names)}
    return np.array([position.get(label, -1) for label in labels], dtype=np.int64)


def open_rows(manifest: Manifest, rows: NDArray[np.int64], rest: str | None) -> NDArray[np.int64]:
    """Those of the rows that are of a known class or of the rest."""
    names = [*known_classes(manifest, rest), *([rest] if rest is not None else [])]
    return rows[np.isin(manifest.label[rows], names)]


def check_rest(manifest: Manifest, rest: str | None, head: str) -> str:
    """`rest`, once there are training photos of it.

    Raises:
        ConfigError: `rest` is None.
        DataError: There are no training photos of it.
    """
    if rest is None:
        raise ConfigError(f"head={head} needs the label of the photos of none of the classes: set head.rest")
    if not (manifest.label[manifest.rows("train")] == rest).any():
        labels = ", ".join(sorted(set(manifest.label[manifest.rows("train")]) - {""})) or "none"
        raise DataError(
            f"head={head} learns from photos of the rest, and no training photo has the label {rest!r} (labels: "
            f"{labels}): set head.rest, take split=class_holdout, which makes a rest of some classes, or head=closed"
        )
    return rest
