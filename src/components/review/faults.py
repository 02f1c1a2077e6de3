"""Proposals with faults planted on purpose: what a review is calibrated and measured on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFilter

from components.data import Manifest, concatenated, decode, hashed, read_exif
from components.errors import ConfigError, DataError
from components.location import destination
from components.storage import atomic_path

KINDS = ("wrong_class", "wrong_text", "duplicate", "wrong_place", "blurred")
"""What is planted; "" is a proposal as it is."""

SIDE = 512
"""Pixels of the longer side to which the radius of the blur refers."""


@dataclass(frozen=True)
class InjectedFaults:
    """Proposals, what is wrong with each, and the points that exist.

    Attributes:
        proposals: n rows.
        faults: (n,) str, one of `KINDS`, or "" for a proposal as it was.
        existing: The points that exist.
    """

    proposals: Manifest
    faults: NDArray[np.object_]
    existing: Manifest


def inject_faults(
    proposals: Manifest,
    existing: Manifest,
    *,
    seed: int,
    folder: Path,
    share: float = 0.5,
    metres: float = 500.0,
    radius: float = 2.0,
    kinds: Sequence[str] = KINDS,
) -> InjectedFaults:
    """Spoil a share of the proposals, each in one way, the ways in turn.

    - wrong_class: the claimed label is another one of the data set;
    - wrong_text: title and description are those of a proposal of another label;
    - duplicate: the proposal is another photo of an object that exists; that photo is taken out of `existing`;
    - wrong_place: the coordinates lie `metres` away, in any direction;
    - blurred: the photo is blurred by a Gaussian of `radius` pixels at a longer side of 512.

    Args:
        proposals: With labels, texts and coordinates; none of their objects exists.
        existing: The points that exist, some with several photos (`object_id`).
        seed: Of everything drawn.
        folder: Where blurred photos are kept, by the bytes of the photo and the radius.
        share: Of the proposals that are spoiled, rounded to whole ones.
        metres: How far wrong coordinates lie.
        radius: Standard deviation of the blur, pixels.
        kinds: Which of `KINDS`.

    Raises:
        ConfigError: There is no such kind, or `share` is none.
        DataError: `existing` has too few objects with a second photo, or there is only one label.
    """
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise ConfigError(f"faults.kinds={unknown}: the kinds are {', '.join(KINDS)}")
    if not 0 <= share <= 1:
        raise ConfigError(f"faults.share={share}: expected a share between 0 and 1")
    generator = np.random.default_rng(seed)
    n = len(proposals)
    faults = np.full(n, "", dtype=object)
    spoiled = generator.permutation(n)[: round(share * n)]
    for position, row in enumerate(spoiled):
        faults[row] = kinds[position % len(kinds)]
    spoil: dict[str, Callable[[Manifest, NDArray[np.int64]], Manifest]] = {
        "wrong_class": lambda table, rows: _wrong_class(table, rows, generator),
        "wrong_text": lambda table, rows: _wrong_text(table, rows, generator),
        "wrong_place": lambda table, rows: _wrong_place(table, rows, metres, generator),
        "blurred": lambda table, rows: _blurred(table, rows, radius, folder),
    }
    whole = concatenated([proposals, existing])
    table, there = whole.take(np.arange(n)), whole.take(np.arange(n, len(whole)))
    for kind, change in spoil.items():
        rows = np.flatnonzero(faults == kind)
        if len(rows):
            table = change(table, rows)
    rows = np.flatnonzero(faults == "duplicate")
    if len(rows):
        second = _second_photos(there, len(rows), generator)
        order = np.arange(n)
        joined = concatenated([table, there.take(second)])
        order[rows] = n + np.arange(len(rows))
        table = joined.take(order)
        there = there.take(np.setdiff1d(np.arange(len(there)), second))
    return InjectedFaults(table, faults, there)


def as_they_are(proposals: Manifest, existing: Manifest, *, seed: int, folder: Path) -> InjectedFaults:
    """The proposals as they are: nothing is planted."""
    del seed, folder
    return InjectedFaults(proposals, np.full(len(proposals), "", dtype=object), existing)


def _wrong_class(table: Manifest, rows: NDArray[np.int64], generator: np.random.Generator) -> Manifest:
    labels, classes = table.label.copy(), table.classes
    if len(classes) < 2:
        raise DataError(f"The proposals have only the label {', '.join(classes)!r}: wrong_class needs another one")
    for row in rows:
        labels[row] = generator.choice([one for one in classes if one != labels[row]])
    return table.replace(label=labels)


def _wrong_text(table: Manifest, rows: NDArray[np.int64], generator: np.random.Generator) -> Manifest:
    title, description = table.title.copy(), table.description.copy()
    for row in rows:
        others = np.flatnonzero((table.label != table.label[row]) & (table.title != ""))
        if not len(others):
            raise DataError("wrong_text needs proposals of another label that have a title")
        other = generator.choice(others)
        title[row], description[row] = table.title[other], table.description[other]
    return table.replace(title=title, description=description)


def _wrong_place(table: Manifest, rows: NDArray[np.int64], metres: float, generator: np.random.Generator) -> Manifest:
    latitude, longitude = table.latitude.copy(), table.longitude.copy()
    bearings = generator.uniform(0, 2 * np.pi, len(rows))
    latitude[rows], longitude[rows] = destination(latitude[rows], longitude[rows], metres, bearings)
    return table.replace(latitude=latitude, longitude=longitude)


def _blurred(table: Manifest, rows: NDArray[np.int64], radius: float, folder: Path) -> Manifest:
    """Blurred copies below `folder`, EXIF block and all; what lies there already is taken."""
    files = table.files
    names = [f"{table.sha256[row][:16]}-{radius:g}.jpg" for row in rows]
    for row, name in zip(rows, names, strict=True):
        if not (folder / name).exists():
            photo = decode(files[row])
            soft = photo.filter(ImageFilter.GaussianBlur(radius * max(photo.size) / SIDE))
            with atomic_path(folder / name) as path:
                soft.save(path, format="JPEG", quality=92, exif=_exif_of(files[row]))
    copies = hashed(Manifest.of(folder, {"path": names}))
    changed = table.take(rows).replace(root=folder, path=copies.path, sha256=copies.sha256)
    kept = np.setdiff1d(np.arange(len(table)), rows)
    both = concatenated([table.take(kept), changed])
    return both.take(np.argsort(np.concatenate([kept, rows]), kind="stable"))


def _exif_of(path: Path) -> bytes:
    exif = read_exif(path)
    exif.pop(0x0112, None)  # the copy is upright
    return exif.tobytes()


def _second_photos(existing: Manifest, count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """One photo of each of `count` objects that have others."""
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(existing.object_id.tolist()):
        if name:
            rows_of.setdefault(name, []).append(row)
    several = [rows for rows in rows_of.values() if len(rows) > 1]
    if len(several) < count:
        raise DataError(
            f"{count} duplicates are to be planted, and only {len(several)} of the objects that exist have a second "
            "photo: take fewer proposals, a smaller faults.share, or leave duplicate out of faults.kinds"
        )
    chosen = generator.permutation(len(several))[:count]
    return np.array(sorted(int(generator.choice(several[one])) for one in chosen), dtype=np.int64)
