"""Leak guard: finds the same photo or object on different sides of a split, which would inflate the results."""

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
from components.wording import counted, shortened

log = logging.getLogger(__name__)

MAX_LISTED = 10
"""Largest number of leaks that an error or a warning lists."""


@dataclass(frozen=True)
class Leak:
    """Two photos on different sides of a split that show the same thing.

    Attributes:
        reason: same bytes, near duplicate or same object.
        left: Path of the photo on the earlier side, in the order train, validation, test.
        left_split: Its side.
        right: Path of the other photo.
        right_split: Its side.
        detail: How similar the near duplicates are, or the id of the object.
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
    """Find photos on different sides of the split that are the same file, near duplicates or the same object.

    Each photo is reported at most once per reason and earlier side, however many copies it has there, so that a
    thousand copies of one picture give a thousand leaks and not a million.

    Args:
        manifest: The photos with their split: rows of `photos.manifest`, in any order.
        photos: The decoded photos, with their near duplicates.
    """
    side = _sides(manifest)
    leaks = [
        Leak("same bytes", manifest.path[row], manifest.split[row], manifest.path[row], "test", "one photo")
        for row in np.flatnonzero(manifest.extra.get(LEAKED, np.zeros(len(manifest), dtype=bool)))
    ]
    leaks += [Leak("same bytes", *pair) for pair in _across(manifest, side, manifest.sha256)]
    leaks += _near_duplicates(manifest, side, photos)
    seen = {(leak.left, leak.right) for leak in leaks}
    objects = dict(zip(manifest.path.tolist(), manifest.object_id.tolist(), strict=True))
    for pair in _across(manifest, side, manifest.object_id):
        if (pair[0], pair[2]) not in seen:
            leaks.append(Leak("same object", *pair, detail=objects[pair[0]]))
    return leaks


def check_leaks(
    manifest: Manifest, photos: Photos, on_leak: Literal["error", "warn", "ignore"] = "error"
) -> list[Leak]:
    """Find leaks, and raise an error or log a warning if there are any.

    Args:
        manifest: The photos with their split.
        photos: The decoded photos, with their near duplicates.
        on_leak: `error` raises, `warn` logs a warning, `ignore` does not search for leaks.

    Returns:
        The leaks; an empty list with `ignore`.

    Raises:
        LeakError: There are leaks and `on_leak` is `error`.
    """
    if on_leak not in ("error", "warn", "ignore"):
        raise ConfigError(f"on_leak={on_leak!r}: expected error, warn or ignore")
    if on_leak == "ignore":
        return []
    leaks = find_leaks(manifest, photos)
    if leaks and on_leak == "error":
        raise LeakError(
            f"{describe_leaks(leaks)}\nRemove one photo of each pair, or use a split that keeps them on one side "
            "(split=stratified), or continue with on_leak=warn; task=prepare writes the full list"
        )
    if leaks:
        log.warning("%s", describe_leaks(leaks))
    return leaks


def describe_leaks(leaks: Sequence[Leak]) -> str:
    """Return the number of leaks by reason, and the first of them, one per line."""
    counts = ", ".join(f"{count} {reason}" for reason, count in Counter(leak.reason for leak in leaks).items())
    verb = "is" if len(leaks) == 1 else "are"
    title = f"{counted(len(leaks), 'pair')} of photos {verb} on different sides of the split ({counts}):"
    return "\n".join([title, *(f"  {line}" for line in shortened([str(leak) for leak in leaks], MAX_LISTED))])


def _sides(manifest: Manifest) -> NDArray[np.int64]:
    """Return the (n,) side of each photo: 0 train, 1 validation, 2 test, -1 none."""
    number = {name: position for position, name in enumerate(SPLITS)}
    return np.array([number.get(split, -1) for split in manifest.split.tolist()], dtype=np.int64)


Pair = tuple[str, str, str, str]
"""The first four fields of a leak after its reason: left, left_split, right, right_split."""


def _pair(manifest: Manifest, left: int, right: int) -> Pair:
    return manifest.path[left], manifest.split[left], manifest.path[right], manifest.split[right]


def _across(manifest: Manifest, side: NDArray[np.int64], values: NDArray[np.object_]) -> Iterable[Pair]:
    """Pair each photo with the first photo of the earliest side that has the same value, if that side is earlier."""
    members: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero((side >= 0) & (values != "")).tolist():
        members[values[row]].append(row)
    for rows in members.values():
        first = min(rows, key=lambda row: side[row])
        yield from (_pair(manifest, first, row) for row in rows if side[row] > side[first])


def _near_duplicates(manifest: Manifest, side: NDArray[np.int64], photos: Photos) -> Iterable[Leak]:
    """Pair each photo with the near duplicate on an earlier side that has the highest correlation.

    Of photos with the same bytes only the first is in `photos.near_duplicates`, so its copies on other sides are added.
    """
    copies: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(side >= 0).tolist():
        copies[manifest.sha256[row]].append(row)
    nearest: dict[int, tuple[float, int, str]] = {}
    sha256, pairs = photos.manifest.sha256, photos.near_duplicates
    for left, right, correlation, detail in zip(
        pairs.left, pairs.right, pairs.correlation, pairs.details(), strict=True
    ):
        for row in _first_of_each_side(copies[sha256[left]], side):
            for other in _first_of_each_side(copies[sha256[right]], side):
                earlier, later = sorted((row, other), key=lambda member: side[member])
                if side[earlier] < side[later]:
                    found = (-float(correlation), earlier, detail)
                    nearest[later] = min(found, nearest.get(later, found))
    for later, (_, earlier, detail) in sorted(nearest.items()):
        yield Leak("near duplicate", *_pair(manifest, earlier, later), detail=detail)


def _first_of_each_side(rows: list[int], side: NDArray[np.int64]) -> list[int]:
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(int(side[row]), row)
    return list(first.values())
