"""The same thing on both sides of a split: found before it makes a result look better than it is."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import LEAKED, SPLITS, Manifest
from components.data.pixels import Photos
from components.errors import ConfigError, LeakError

log = logging.getLogger(__name__)

NAMED = 10


@dataclass(frozen=True)
class Leak:
    """Two photos on two sides of a split that show the same thing.

    Attributes:
        reason: same bytes, near duplicate or same object.
        left: Path of the photo on the side that is nearer to training.
        left_split: Its side.
        right: Path of the other photo.
        right_split: Its side.
        detail: How near the duplicate is, or which object it is.
    """

    reason: Literal["same bytes", "near duplicate", "same object"]
    left: str
    left_split: str
    right: str
    right_split: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.left} ({self.left_split}) and {self.right} ({self.right_split}): {self.reason}{detail}"


def find_leaks(manifest: Manifest, photos: Photos) -> list[Leak]:
    """Pairs of photos on different sides of the split that are the same file, the same picture or the same object.

    A photo of one side is named once a reason, however many twins it has on the other: so the number of leaks does
    not explode where one blank picture was saved a thousand times.

    Args:
        manifest: The split photos: rows of `photos.manifest`, in any order.
        photos: What they look like.
    """
    side = _sides(manifest)
    leaks = [
        Leak("same bytes", manifest.path[row], manifest.split[row], manifest.path[row], "test", "one photo")
        for row in np.flatnonzero(manifest.extra.get(LEAKED, np.zeros(len(manifest), dtype=bool)))
    ]
    leaks += [Leak("same bytes", *pair) for pair in _across(manifest, side, manifest.sha256)]
    leaks += _near(manifest, side, photos)
    seen = {(leak.left, leak.right) for leak in leaks}
    objects = dict(zip(manifest.path.tolist(), manifest.object_id.tolist(), strict=True))
    for pair in _across(manifest, side, manifest.object_id):
        if (pair[0], pair[2]) not in seen:
            leaks.append(Leak("same object", *pair, detail=objects[pair[0]]))
    return leaks


def guard(manifest: Manifest, photos: Photos, leaks: Literal["error", "warn", "ignore"] = "error") -> list[Leak]:
    """Find leaks, and stop, warn or look away.

    Args:
        manifest: The split photos.
        photos: What they look like.
        leaks: `error` raises, `warn` logs a warning, `ignore` does not even look.

    Returns:
        The leaks; none with `ignore`.

    Raises:
        LeakError: There are leaks and `leaks` is `error`.
    """
    if leaks not in ("error", "warn", "ignore"):
        raise ConfigError(f"on_leak={leaks!r}: expected error, warn or ignore")
    if leaks == "ignore":
        return []
    found = find_leaks(manifest, photos)
    if found and leaks == "error":
        raise LeakError(
            f"{described(found)}\nRemove one photo of each pair, or draw a split that keeps them together "
            "(split=stratified), or go on all the same (on_leak=warn); task=prepare writes the whole list"
        )
    if found:
        log.warning("%s", described(found))
    return found


def described(leaks: Sequence[Leak]) -> str:
    """The number of leaks by reason, and the first of them."""
    counts = ", ".join(f"{count} {reason}" for reason, count in Counter(leak.reason for leak in leaks).items())
    lines = [f"{len(leaks)} pairs of photos stand on both sides of the split ({counts}):"]
    lines += [f"  {leak}" for leak in leaks[:NAMED]]
    if len(leaks) > NAMED:
        lines.append(f"  and {len(leaks) - NAMED} more")
    return "\n".join(lines)


def _sides(manifest: Manifest) -> NDArray[np.int64]:
    """(n,) 0 train, 1 validation, 2 test, -1 none."""
    number = {name: position for position, name in enumerate(SPLITS)}
    return np.array([number.get(split, -1) for split in manifest.split.tolist()], dtype=np.int64)


Pair = tuple[str, str, str, str]


def _pair(manifest: Manifest, left: int, right: int) -> Pair:
    return manifest.path[left], manifest.split[left], manifest.path[right], manifest.split[right]


def _across(manifest: Manifest, side: NDArray[np.int64], values: NDArray[np.object_]) -> Iterable[Pair]:
    """Each photo whose value, other than "", an earlier side has too, with the first photo there that has it."""
    members: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero((side >= 0) & (values != "")).tolist():
        members[values[row]].append(row)
    for rows in members.values():
        first = min(rows, key=lambda row: side[row])
        yield from (_pair(manifest, first, row) for row in rows if side[row] > side[first])


def _near(manifest: Manifest, side: NDArray[np.int64], photos: Photos) -> Iterable[Leak]:
    """Near duplicates across sides: of each photo of a later side the nearest one of an earlier side."""
    copies: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(side >= 0).tolist():
        copies[manifest.sha256[row]].append(row)
    nearest: dict[int, tuple[float, int, str]] = {}
    hashes = photos.manifest.sha256
    twins = photos.twins
    for one, other, bits, correlation in zip(twins.left, twins.right, twins.distance, twins.correlation, strict=True):
        detail = f"{bits} of 64 bits differ, correlation {correlation:.2f}"
        for first in _first_of_each_side(copies[hashes[one]], side):
            for second in _first_of_each_side(copies[hashes[other]], side):
                left, right = sorted((first, second), key=lambda row: side[row])
                if side[left] < side[right]:
                    found = (-float(correlation), left, detail)
                    nearest[right] = min(found, nearest.get(right, found))
    for right, (_, left, detail) in sorted(nearest.items()):
        yield Leak("near duplicate", *_pair(manifest, left, right), detail=detail)


def _first_of_each_side(rows: list[int], side: NDArray[np.int64]) -> list[int]:
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(int(side[row]), row)
    return list(first.values())
