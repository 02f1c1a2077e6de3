"""What of the rest the training may see: the kinds of thing that the test shows, or others."""

import logging
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.errors import ConfigError, DataError
from components.storage import digest

log = logging.getLogger(__name__)

NOVELTY = "novelty"
"""Extra column of a manifest: of a photo of the rest `SEEN_KIND` or `NEW_KIND`, of any other ""."""

SEEN_KIND, NEW_KIND = "seen kind", "new kind"


def known_kinds(manifest: Manifest, *, seed: int, rest: str = "resto") -> Manifest:  # noqa: ARG001 - nothing is drawn
    """The rest as it is: training and test show the same kinds of thing (the thesis's protocol).

    Args:
        manifest: The split photos.
        seed: Nothing is drawn.
        rest: Label of the photos of none of the classes.

    Returns:
        The manifest with the column `novelty`.
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
    """Some kinds of the rest are held out: of their photos only those of the test are used, and are new there.

    Args:
        manifest: The split photos.
        seed: `rotate`: which turn it is, so that as many seeds in a row as there are turns hold out each kind once;
            `random`: of the draw.
        rest: Label of the photos of none of the classes.
        column: The column that names the kind of each photo; `folder`: the folder that it lies in.
        hold_out: How many kinds, or their names.
        draw: `rotate` goes through the kinds in an order that is the same for every seed; `random` draws a subset.

    Returns:
        The manifest with the column `novelty`; what is held out has no split but in the test.

    Raises:
        DataError: There is no such column, a photo of the rest without a kind, no such kind, or too few kinds.
    """
    if draw not in ("rotate", "random"):
        raise ConfigError(f"unknowns.draw={draw!r}: expected rotate or random")
    kinds = kinds_of(manifest, column)
    of_rest = manifest.label == rest
    there = sorted(set(kinds[of_rest].tolist()))
    if not there:
        labels = ", ".join(manifest.classes) or "none"
        raise DataError(f"unknowns.rest={rest!r}: no photo has this label; there are {labels}")
    if "" in there:
        row = np.flatnonzero(of_rest & (kinds == ""))[0]
        raise DataError(f"{manifest.path[row]} is of the rest and has no kind: fill the column {column!r}")
    held = _held_out(there, hold_out, draw, seed)
    new = of_rest & np.isin(kinds.astype(str), held)
    split = np.where(new & (manifest.split != "test"), "", manifest.split).astype(object)
    if not (new & (split == "test")).any():
        raise DataError(f"The test has no photo of {', '.join(held)}: hold out others, or more (unknowns.hold_out)")
    log.info("held out of training: %s", ", ".join(held))
    return _with_novelty(manifest.replace(split=split), np.where(new, NEW_KIND, np.where(of_rest, SEEN_KIND, "")))


def kinds_of(manifest: Manifest, column: str) -> NDArray[np.object_]:
    """(n,) the kind of each photo, by a column of the manifest or, for `folder`, by the folder it lies in."""
    if column == "folder":
        return np.array([path.rpartition("/")[0] for path in manifest.path.tolist()], dtype=object)
    columns = manifest.columns()
    if column not in columns:
        raise DataError(
            f"unknowns.column={column!r}: {manifest.origin or manifest.root} has no such column; it has "
            f"{', '.join(columns)}. Take one of them, or put the photos of the rest in a folder a kind and set "
            "unknowns.column=folder"
        )
    return columns[column]


def _held_out(kinds: Sequence[str], hold_out: int | Sequence[str], draw: str, seed: int) -> list[str]:
    if not isinstance(hold_out, int):
        if strange := sorted(set(hold_out) - set(kinds)):
            raise DataError(f"unknowns.hold_out={strange}: no such kind of the rest; there are {', '.join(kinds)}")
        return list(hold_out)
    if not 1 <= hold_out <= len(kinds):
        raise DataError(f"unknowns.hold_out={hold_out}: the rest has {len(kinds)} kinds: {', '.join(kinds)}")
    if draw == "random":
        generator = np.random.default_rng([seed, int(digest(*kinds)[:16], 16)])
        return sorted(generator.choice(np.array(kinds, dtype=str), hold_out, replace=False).tolist())
    turns = -(-len(kinds) // hold_out)
    start = min(seed % turns * hold_out, len(kinds) - hold_out)  # the last turn is as large as the others
    return list(kinds[start : start + hold_out])


def _with_novelty(manifest: Manifest, novelty: NDArray[np.str_]) -> Manifest:
    return manifest.replace(extra={**manifest.extra, NOVELTY: novelty.astype(object)})
