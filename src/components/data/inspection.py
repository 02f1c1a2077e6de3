"""What is in a set of photos, and what is wrong with it."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from components.data.imbalance import imbalance_ratio
from components.data.leaks import Leak
from components.data.manifest import SPLITS, Manifest
from components.data.pixels import Photos
from components.storage import atomic_path

KNOWN_OF_PHOTOS = ("label", "split", "group", "object_id", "title", "description", "coordinates")


@dataclass(frozen=True)
class NearDuplicate:
    """Two photos that show the same picture.

    Attributes:
        left: Path of one.
        right: Path of the other.
        distance: Bits of 64 in which their hashes differ.
        correlation: Of their thumbnails.
    """

    left: str
    right: str
    distance: int
    correlation: float


@dataclass(frozen=True)
class Inspection:
    """Findings about n photos.

    Attributes:
        origin: Where the photos come from, in words.
        root: Folder that the paths are relative to.
        fingerprint: Of the manifest.
        photos: n.
        counts: Photos by class and split; "" stands for none.
        known: Of how many photos each thing is known: label, split, group, object_id, title, description, coordinates.
        width: Smallest, median and largest, in pixels.
        height: Likewise.
        imbalance: Photos of the largest class for each of the smallest.
        left_out: Files that are not among the photos, each with the reason.
        exact_duplicates: Sets of photos with the same bytes.
        conflicts: The sets among them whose photos have different labels, with the labels.
        near_duplicates: Pairs that differ in their bytes only.
        leaks: Pairs on different sides of the split.
        problems: What keeps these photos from being split.
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
    left_out: Mapping[str, str]
    exact_duplicates: Sequence[Sequence[str]]
    conflicts: Sequence[Mapping[str, str]]
    near_duplicates: Sequence[NearDuplicate]
    leaks: Sequence[Leak]
    problems: Sequence[str]

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that there are, in the order train, validation, test, none."""
        there = {split for row in self.counts.values() for split in row}
        return tuple(split for split in (*SPLITS, "") if split in there)


def inspect(manifest: Manifest, photos: Photos, leaks: Sequence[Leak], problems: Sequence[str] = ()) -> Inspection:
    """Look a set of photos over.

    Args:
        manifest: `photos.manifest`, split as it will be used.
        photos: What was read.
        leaks: From `find_leaks`.
        problems: What kept the photos from being split.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for label, split in sorted(zip(manifest.label.tolist(), manifest.split.tolist(), strict=True)):
        counts[label][split] += 1
    labels = dict(zip(manifest.path.tolist(), manifest.label.tolist(), strict=True))
    exact = _same_bytes(manifest)
    paths, twins = photos.manifest.path, photos.twins
    widths, heights = np.asarray(photos.looks.size).T
    return Inspection(
        origin=manifest.origin,
        root=str(manifest.root),
        fingerprint=manifest.fingerprint(),
        photos=len(manifest),
        counts={label: dict(row) for label, row in counts.items()},
        known={name: _known(manifest, name) for name in KNOWN_OF_PHOTOS},
        width=(int(widths.min()), float(np.median(widths)), int(widths.max())),
        height=(int(heights.min()), float(np.median(heights)), int(heights.max())),
        imbalance=imbalance_ratio(manifest.label[manifest.label != ""]),
        left_out=dict(manifest.left_out),
        exact_duplicates=exact,
        conflicts=[{path: labels[path] for path in same} for same in exact if len({labels[path] for path in same}) > 1],
        near_duplicates=[
            NearDuplicate(paths[left], paths[right], int(distance), round(float(correlation), 4))
            for left, right, distance, correlation in zip(
                twins.left, twins.right, twins.distance, twins.correlation, strict=True
            )
        ],
        leaks=list(leaks),
        problems=list(problems),
    )


def write_inspection(inspection: Inspection, folder: Path) -> None:
    """Write `inspection.json` (all of it) and `findings.csv` (one row a finding: kind, photo, other, detail)."""
    with atomic_path(folder / "inspection.json") as path:
        path.write_text(json.dumps(asdict(inspection), ensure_ascii=False, indent=1), encoding="utf-8")
    with atomic_path(folder / "findings.csv") as path, path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["kind", "photo", "other", "detail"])
        writer.writerows(_findings(inspection))


def _findings(inspection: Inspection) -> Iterator[tuple[str, str, str, str]]:
    for leak in inspection.leaks:
        between = f"{leak.left_split} and {leak.right_split}"
        yield f"leak: {leak.reason}", leak.left, leak.right, f"{between}; {leak.detail}" if leak.detail else between
    for first, *others in inspection.exact_duplicates:
        yield from (("same bytes", first, other, "") for other in others)
    for labels in inspection.conflicts:
        first, *rest = labels
        yield from (("two labels", first, one, f"{labels[first]} and {labels[one]}") for one in rest)
    for twin in inspection.near_duplicates:
        detail = f"{twin.distance} of 64 bits differ, correlation {twin.correlation:.2f}"
        yield "near duplicate", twin.left, twin.right, detail
    for path, reason in inspection.left_out.items():
        yield "left out", path, "", reason


def _same_bytes(manifest: Manifest) -> list[list[str]]:
    sets: dict[str, list[str]] = defaultdict(list)
    for path, sha256 in zip(manifest.path.tolist(), manifest.sha256.tolist(), strict=True):
        sets[sha256].append(path)
    return [paths for paths in sets.values() if len(paths) > 1]


def _known(manifest: Manifest, name: str) -> int:
    if name == "coordinates":
        return int(np.count_nonzero(~np.isnan(manifest.latitude) & ~np.isnan(manifest.longitude)))
    return int(np.count_nonzero(getattr(manifest, name) != ""))
