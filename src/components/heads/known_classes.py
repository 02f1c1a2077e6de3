"""The known classes of a manifest, and the photos of the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError, DataError


def known_classes(manifest: Manifest, rest: str | None) -> tuple[str, ...]:
    """Return the sorted labels of the training photos except `rest`.

    Raises:
        DataError: There are fewer than two classes, or a label of the test split is not in the training split.
    """
    seen = {split: set(manifest.label[manifest.rows(split)]) - {"", rest} for split in ("train", "test")}
    if len(seen["train"]) < 2:
        found = ", ".join(sorted(seen["train"])) or "none"
        raise DataError(f"classification needs training photos of at least two classes, found: {found}")
    if missing := sorted(seen["test"] - seen["train"]):
        raise DataError(
            f"the test split has labels without training photos: {', '.join(missing)}. "
            "Add training photos of these labels, remove the test photos, or set head.rest to the label"
        )
    return tuple(sorted(seen["train"]))


def label_indices(labels: NDArray[np.object_], names: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each label in `names`, -1 for labels that are not in `names`."""
    position = {name: index for index, name in enumerate(names)}
    return np.array([position.get(label, -1) for label in labels], dtype=np.int64)


def known_or_rest_rows(manifest: Manifest, rows: NDArray[np.int64], rest: str | None) -> NDArray[np.int64]:
    """Return the rows whose label is a known class or `rest`."""
    names = [*known_classes(manifest, rest), *([rest] if rest is not None else [])]
    return rows[np.isin(manifest.label[rows], names)]


def require_rest(manifest: Manifest, rest: str | None, head: str) -> str:
    """Return `rest` after checking that there are training photos of it.

    Args:
        manifest: Photos with their splits.
        rest: Label of photos that are of none of the known classes.
        head: Name of the head option, for error messages.

    Raises:
        ConfigError: `rest` is None.
        DataError: No training photo has the label `rest`.
    """
    if rest is None:
        raise ConfigError(f"head={head} needs the label of photos that are of none of the known classes: set head.rest")
    if not (manifest.label[manifest.rows("train")] == rest).any():
        labels = ", ".join(sorted(set(manifest.label[manifest.rows("train")]) - {""})) or "none"
        raise DataError(
            f"head={head} is trained with photos of the rest, but no training photo has the label {rest!r} (labels: "
            f"{labels}): set head.rest, use split=class_holdout, which turns some classes into the rest, or head=closed"
        )
    return rest
