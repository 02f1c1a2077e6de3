"""Injection of faults into proposals, to calibrate and evaluate a review."""

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
"""The kinds of faults; "" stands for a proposal without a fault."""

SIDE = 512
"""Longer side, in pixels, that the radius of the blur refers to."""


@dataclass(frozen=True)
class InjectedFaults:
    """Proposals after the injection, with the fault of each.

    Attributes:
        proposals: n proposals.
        faults: (n,) str, one of `KINDS`, or "" for an unchanged proposal.
        existing: Photos of the existing points.
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
    """Inject one fault each into a share of the proposals, with equal numbers of each kind.

    - wrong_class: the claimed label is replaced by another one of the data set;
    - wrong_text: title and description are replaced by those of a proposal with another label;
    - duplicate: the proposal is replaced by a photo of an existing object; that photo is removed from `existing`;
    - wrong_place: the coordinates are moved by `metres` in a random direction;
    - blurred: the photo is blurred by a Gaussian filter of `radius` pixels at a longer side of 512.

    Args:
        proposals: Proposals with labels, texts and coordinates, of objects that do not exist yet.
        existing: Photos of the existing points; some objects (`object_id`) have several photos.
        seed: Seed of all draws.
        folder: Folder for blurred photos, which are named after the hash of the photo and the radius.
        share: Share of the proposals with a fault, 0 to 1; rounded to a whole number of proposals.
        metres: Distance of wrong coordinates from the claimed ones.
        radius: Standard deviation of the blur, in pixels.
        kinds: The kinds to inject, from `KINDS`.

    Raises:
        ConfigError: A kind does not exist, or `share` is out of range.
        DataError: `existing` has too few objects with a second photo, or the proposals have only one label or no
            title.
    """
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise ConfigError(f"faults.kinds: there is no {', '.join(unknown)}; the kinds are {', '.join(KINDS)}")
    if not 0 <= share <= 1:
        raise ConfigError(f"faults.share={share}: expected a number between 0 and 1")
    generator = np.random.default_rng(seed)
    n = len(proposals)
    faults = np.full(n, "", dtype=object)
    selected = generator.permutation(n)[: round(share * n)]
    for position, row in enumerate(selected):
        faults[row] = kinds[position % len(kinds)]
    changes: dict[str, Callable[[Manifest, NDArray[np.int64]], Manifest]] = {
        "wrong_class": lambda table, rows: _wrong_class(table, rows, generator),
        "wrong_text": lambda table, rows: _wrong_text(table, rows, generator),
        "wrong_place": lambda table, rows: _wrong_place(table, rows, metres, generator),
        "blurred": lambda table, rows: _blurred(table, rows, radius, folder),
    }
    whole = concatenated([proposals, existing])
    table, points = whole.take(np.arange(n)), whole.take(np.arange(n, len(whole)))
    for kind, change in changes.items():
        rows = np.flatnonzero(faults == kind)
        if len(rows):
            table = change(table, rows)
    rows = np.flatnonzero(faults == "duplicate")
    if len(rows):
        second = _second_photos(points, len(rows), generator)
        order = np.arange(n)
        extended = concatenated([table, points.take(second)])
        order[rows] = n + np.arange(len(rows))
        table = extended.take(order)
        points = points.take(np.setdiff1d(np.arange(len(points)), second))
    return InjectedFaults(table, faults, points)


def as_they_are(proposals: Manifest, existing: Manifest, *, seed: int, folder: Path) -> InjectedFaults:
    """Return the proposals unchanged, without faults."""
    del seed, folder
    return InjectedFaults(proposals, np.full(len(proposals), "", dtype=object), existing)


def _wrong_class(table: Manifest, rows: NDArray[np.int64], generator: np.random.Generator) -> Manifest:
    labels, classes = table.label.copy(), table.classes
    if len(classes) < 2:
        raise DataError(
            f"wrong_class needs proposals with at least 2 labels, got {len(classes)} ({', '.join(classes)}): use other "
            "data, or leave wrong_class out of faults.kinds"
        )
    for row in rows:
        labels[row] = generator.choice([label for label in classes if label != labels[row]])
    return table.replace(label=labels)


def _wrong_text(table: Manifest, rows: NDArray[np.int64], generator: np.random.Generator) -> Manifest:
    title, description = table.title.copy(), table.description.copy()
    for row in rows:
        others = np.flatnonzero((table.label != table.label[row]) & (table.title != ""))
        if not len(others):
            raise DataError(
                f"wrong_text needs a proposal with a title and another label than {table.label[row]}: use other data, "
                "or leave wrong_text out of faults.kinds"
            )
        other = generator.choice(others)
        title[row], description[row] = table.title[other], table.description[other]
    return table.replace(title=title, description=description)


def _wrong_place(table: Manifest, rows: NDArray[np.int64], metres: float, generator: np.random.Generator) -> Manifest:
    latitude, longitude = table.latitude.copy(), table.longitude.copy()
    bearings = generator.uniform(0, 2 * np.pi, len(rows))
    latitude[rows], longitude[rows] = destination(latitude[rows], longitude[rows], metres, bearings)
    return table.replace(latitude=latitude, longitude=longitude)


def _blurred(table: Manifest, rows: NDArray[np.int64], radius: float, folder: Path) -> Manifest:
    """Replace photos by blurred copies in `folder`, with their EXIF block; existing copies are reused."""
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
    exif.pop(0x0112, None)  # the copy is stored upright
    return exif.tobytes()


def _second_photos(existing: Manifest, count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw one photo of each of `count` objects that have several; return their rows."""
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(existing.object_id.tolist()):
        if name:
            rows_of.setdefault(name, []).append(row)
    several = [rows for rows in rows_of.values() if len(rows) > 1]
    if len(several) < count:
        raise DataError(
            f"{count} duplicates are to be injected, but only {len(several)} of the existing objects have a second "
            "photo: take fewer proposals, a smaller faults.share, or leave duplicate out of faults.kinds"
        )
    chosen = generator.permutation(len(several))[:count]
    return np.array(sorted(int(generator.choice(several[index])) for index in chosen), dtype=np.int64)
