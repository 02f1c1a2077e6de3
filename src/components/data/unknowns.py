"""Protocols for unknowns: whether the kinds of unknown photos in the test split also occur in training."""

import logging
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.errors import ConfigError, DataError
from components.wording import did_you_mean

log = logging.getLogger(__name__)

NOVELTY = "novelty"
"""Extra column of a manifest: `SEEN_KIND` or `NEW_KIND` for photos of the rest, "" for all others."""

SEEN_KIND, NEW_KIND = "seen kind", "new kind"


def known_kinds(manifest: Manifest, *, seed: int, rest: str = "resto") -> Manifest:  # noqa: ARG001 - nothing is drawn
    """Leave the rest unchanged: training and test contain the same kinds of unknowns (the thesis's protocol).

    Args:
        manifest: The photos, with their split.
        seed: Unused; nothing is drawn.
        rest: Label of the photos of unknown classes.

    Returns:
        The manifest with the extra column `novelty`.
    """
    return _with_novelty(manifest, np.where(manifest.label == rest, SEEN_KIND, ""))


def new_kinds(
    manifest: Manifest,
    *,
    seed: int,
    rest: str = "resto",
    column: str = "kind",
    hold_out: int | Sequence[str] = 1,
    draw: Literal["rotate", "random"] = "rotate",
) -> Manifest:
    """Hold out some kinds of the rest: their photos are used in the test split only, where they are new.

    Args:
        manifest: The photos, with their split.
        seed: With `rotate`, the index of the rotation: consecutive seeds hold out every kind once. With `random`, the
            seed of the draw.
        rest: Label of the photos of unknown classes.
        column: Column with the kind of each photo; `folder`: the folder of the photo.
        hold_out: Number of kinds, or their names.
        draw: `rotate` goes through the kinds in alphabetical order; `random` draws a subset.

    Returns:
        The manifest with the extra column `novelty`; held-out photos outside the test split have an empty `split`.

    Raises:
        ConfigError: `draw` is invalid.
        DataError: There is no such column or kind, a photo of the rest has no kind, there are too few kinds, or the
            test split has no photos of the held-out kinds.
    """
    if draw not in ("rotate", "random"):
        raise ConfigError(f"unknowns.draw={draw!r}: expected rotate or random")
    kinds = kinds_of(manifest, column)
    of_rest = manifest.label == rest
    available = sorted(set(kinds[of_rest].tolist()))
    if not available:
        labels = ", ".join(manifest.classes) or "none"
        raise DataError(
            f"unknowns.rest={rest!r}: no photo has this label.{did_you_mean(rest, manifest.classes)} Labels: {labels}"
        )
    if "" in available:
        row = np.flatnonzero(of_rest & (kinds == ""))[0]
        raise DataError(f"{manifest.path[row]} has the label {rest!r} but no kind: fill its column {column!r}")
    held = _held_out(available, hold_out, draw, seed)
    new = of_rest & np.isin(kinds.astype(str), held)
    split = np.where(new & (manifest.split != "test"), "", manifest.split).astype(object)
    if not (new & (split == "test")).any():
        raise DataError(
            f"The test split has no photos of the held-out kinds ({', '.join(held)}): name other kinds, or more, in "
            "unknowns.hold_out"
        )
    log.info("held out of training: %s", ", ".join(held))
    return _with_novelty(manifest.replace(split=split), np.where(new, NEW_KIND, np.where(of_rest, SEEN_KIND, "")))


def kinds_of(manifest: Manifest, column: str) -> NDArray[np.object_]:
    """Return the (n,) kind of each photo.

    Args:
        manifest: n photos.
        column: Column of the manifest with the kinds; `folder`: the folder of each photo.

    Raises:
        DataError: There is no such column.
    """
    if column == "folder":
        return np.array([path.rpartition("/")[0] for path in manifest.path.tolist()], dtype=object)
    columns = manifest.columns()
    if column not in columns:
        raise DataError(
            f"unknowns.column={column!r}: {manifest.origin or manifest.root} has no such column. Columns: "
            f"{', '.join(columns)}. Choose one of them; or put the photos of the rest into one folder per kind and set "
            "unknowns.column=folder"
        )
    return columns[column]


def _held_out(kinds: Sequence[str], hold_out: int | Sequence[str], draw: str, seed: int) -> list[str]:
    if not isinstance(hold_out, int):
        if unknown := sorted(set(hold_out) - set(kinds)):
            raise DataError(
                f"unknowns.hold_out={unknown}: no such kind of the rest.{did_you_mean(unknown[0], kinds)} "
                f"Kinds: {', '.join(kinds)}"
            )
        return list(hold_out)
    if not 1 <= hold_out <= len(kinds):
        raise DataError(f"unknowns.hold_out={hold_out}: expected 1 to {len(kinds)}; the kinds are {', '.join(kinds)}")
    if draw == "random":
        generator = named_generator(seed, *kinds)
        return sorted(generator.choice(np.array(kinds, dtype=str), hold_out, replace=False).tolist())
    rotations = -(-len(kinds) // hold_out)
    start = min(seed % rotations * hold_out, len(kinds) - hold_out)  # the last rotation is as large as the others
    return list(kinds[start : start + hold_out])


def _with_novelty(manifest: Manifest, novelty: NDArray[np.str_]) -> Manifest:
    return manifest.replace(extra={**manifest.extra, NOVELTY: novelty.astype(object)})
