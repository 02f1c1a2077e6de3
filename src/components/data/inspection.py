"""Inspection of a data set: counts, sizes, duplicates, label conflicts, leaks and skipped files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.data.imbalance import imbalance_ratio
from components.data.leaks import Leak
from components.data.manifest import SPLITS, Manifest
from components.data.near_duplicates import match_text
from components.data.pixels import Photos
from components.data.selection import rename_word, similar_class_names

METADATA = ("label", "split", "group", "object_id", "title", "description", "coordinates")


@dataclass(frozen=True)
class NearDuplicateFinding:
    """Two photos that show the same picture.

    Attributes:
        left: Path of the first photo.
        right: Path of the second photo.
        distance: Hamming distance of their hashes, in bits of 64.
        correlation: Correlation of their thumbnails.
        mirrored: Whether the second photo is a mirror image of the first.
        area: What the smaller shows relative to the larger.
        turn: By how many degrees one is turned.
    """

    left: str
    right: str
    distance: int
    correlation: float
    mirrored: bool = False
    area: float = 1
    turn: float = 0

    @property
    def detail(self) -> str:
        """Description of the match."""
        return match_text(self.distance, self.correlation, mirrored=self.mirrored, area=self.area, turn=self.turn)


@dataclass(frozen=True)
class Inspection:
    """Findings about n photos.

    Attributes:
        origin: Short description of the source.
        root: Folder that the paths are relative to.
        fingerprint: Fingerprint of the manifest.
        photos: n.
        counts: Number of photos by class and split; the key "" stands for none.
        known: Number of photos that have a label, split, group, object_id, title, description and coordinates.
        width: Smallest, median and largest width, in pixels.
        height: Smallest, median and largest height, in pixels.
        imbalance: Number of photos of the largest class divided by that of the smallest.
        notes: How the source was read: folders taken for splits, dropped columns, excluded classes, ...
        left_out: Skipped files, mapped to the reason.
        exact_duplicates: Sets of photos with the same bytes.
        conflicts: The sets among them with different labels: paths mapped to labels.
        similar_conflicts: The pairs of near duplicates with different labels: paths mapped to labels.
        near_duplicates: Pairs with different bytes that show the same picture.
        leaks: Pairs on different sides of the split.
        problems: Reasons why the photos cannot be split.
        near_duplicate_search: How near duplicates were searched for: fast or thorough.
    """

    origin: str
    root: str
    fingerprint: str
    photos: int
    counts: Mapping[str, Mapping[str, int]]
    known: Mapping[str, int]
    width: tuple[int, float, int]
    height: tuple[int, float, int]
    imbalance: float
    notes: Sequence[str]
    left_out: Mapping[str, str]
    exact_duplicates: Sequence[Sequence[str]]
    conflicts: Sequence[Mapping[str, str]]
    similar_conflicts: Sequence[Mapping[str, str]]
    near_duplicates: Sequence[NearDuplicateFinding]
    leaks: Sequence[Leak]
    problems: Sequence[str]
    near_duplicate_search: str = "fast"

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that have photos, in the order train, validation, test, none."""
        found = {split for row in self.counts.values() for split in row}
        return tuple(split for split in (*SPLITS, "") if split in found)


def inspect(manifest: Manifest, photos: Photos, leaks: Sequence[Leak], problems: Sequence[str] = ()) -> Inspection:
    """Collect the findings about a data set.

    Args:
        manifest: `photos.manifest`, with the split that will be used.
        photos: The decoded photos.
        leaks: Result of `find_leaks`.
        problems: Reasons why the photos cannot be split.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for label, split in sorted(zip(manifest.label.tolist(), manifest.split.tolist(), strict=True)):
        counts[label][split] += 1
    labels = dict(zip(manifest.path.tolist(), manifest.label.tolist(), strict=True))
    exact, near = _exact_duplicates(manifest), _near_duplicates(photos)
    widths, heights = np.asarray(photos.hashes.size).T
    return Inspection(
        origin=manifest.origin,
        root=str(manifest.root),
        fingerprint=manifest.fingerprint(),
        photos=len(manifest),
        counts={label: dict(row) for label, row in counts.items()},
        known={name: _count_known(manifest, name) for name in METADATA},
        width=(int(widths.min()), float(np.median(widths)), int(widths.max())),
        height=(int(heights.min()), float(np.median(heights)), int(heights.max())),
        imbalance=imbalance_ratio(manifest.label[manifest.label != ""]),
        notes=[*manifest.notes, *_similar_names(manifest)],
        left_out=dict(manifest.left_out),
        exact_duplicates=exact,
        conflicts=[{path: labels[path] for path in same} for same in exact if len({labels[path] for path in same}) > 1],
        similar_conflicts=[
            {path: labels[path] for path in (pair.left, pair.right)}
            for pair in near
            if labels[pair.left] != labels[pair.right]
        ],
        near_duplicates=near,
        leaks=list(leaks),
        problems=list(problems),
        near_duplicate_search=photos.near_duplicate_search,
    )


def _similar_names(manifest: Manifest) -> list[str]:
    """Name the classes whose names differ only in case."""
    return [
        f"the classes {first!r} and {second!r} differ only in case; to join them: {rename_word(second, first)}"
        for first, second in similar_class_names(manifest.classes)
    ]


def _near_duplicates(photos: Photos) -> list[NearDuplicateFinding]:
    path, pairs = photos.manifest.path, photos.near_duplicates
    columns = pairs.left, pairs.right, pairs.distance, pairs.correlation, pairs.mirrored, pairs.area, pairs.turn
    return [
        NearDuplicateFinding(
            path[left], path[right], distance, round(correlation, 4), mirrored, round(area, 4), round(turn, 2)
        )
        for left, right, distance, correlation, mirrored, area, turn in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _exact_duplicates(manifest: Manifest) -> list[list[str]]:
    sets: dict[str, list[str]] = defaultdict(list)
    for path, sha256 in zip(manifest.path.tolist(), manifest.sha256.tolist(), strict=True):
        sets[sha256].append(path)
    return [paths for paths in sets.values() if len(paths) > 1]


def _count_known(manifest: Manifest, name: str) -> int:
    if name == "coordinates":
        return int(np.count_nonzero(~np.isnan(manifest.latitude) & ~np.isnan(manifest.longitude)))
    return int(np.count_nonzero(getattr(manifest, name) != ""))
