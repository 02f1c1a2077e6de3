"""All photos of a manifest as one array of one size, decoded once and kept."""

import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from components.data.atomic_folder import atomic_folder
from components.data.connected_components import connected_components
from components.data.decoding import decode_all
from components.data.hashing import hashed
from components.data.image_hashes import IMAGE_HASHES_VERSION, ImageHashes, empty_hashes, write_hashes
from components.data.manifest import Manifest
from components.data.near_duplicates import NEAR_DUPLICATES_VERSION, NearDuplicates, find_near_duplicates
from components.data.reading import DECODER_VERSION, MAX_PIXELS, MIN_SIDE
from components.errors import ConfigError, DataError
from components.storage import cache_folder, digest

log = logging.getLogger(__name__)

Resize = Literal["squash", "crop"]
ALIKE = "alike"
"""Extra column of `Photos.manifest`: the first photo of each set of near duplicates, "" for a photo without any."""

NAMED = 10
COPIED_AT_ONCE = 256
SHARPEST = 512
"""JPEGs are not decoded below this side, so that hashes and thumbnails are the same for every usual `size`."""


@dataclass(frozen=True)
class Photos:
    """Photos that were read: the manifest without those that gave none, and row by row what they show.

    Attributes:
        manifest: n rows, with the extra column `alike`; `left_out` names the files that gave no photo.
        array: (n, size, size, 3) uint8, RGB, memory-mapped and read-only.
        looks: Hash, thumbnail and original size of each photo.
        twins: Pairs of near duplicates.
        key: Names the content of `array`; other photos, size, way of resizing or decoder have another.
    """

    manifest: Manifest
    array: NDArray[np.uint8]
    looks: ImageHashes
    twins: NearDuplicates
    key: str

    def __len__(self) -> int:
        return len(self.array)


def load_pixels(
    manifest: Manifest,
    *,
    size: int = 224,
    resize: Resize = "squash",
    on_error: Literal["skip", "raise"] = "skip",
    min_side: int = MIN_SIDE,
    max_pixels: int = MAX_PIXELS,
    workers: int | None = None,
) -> Photos:
    """Decode the photos to one size; the second time they are only opened.

    What is kept is keyed by the bytes of the photos in their order, the size and the way of resizing: neither a new
    name nor a new date of a file decodes it again, and a changed file is never taken for the old one.

    Args:
        manifest: The photos.
        size: Side of the square, in pixels.
        resize: `squash` stretches the whole photo to the square, as the thesis does; `crop` takes the middle of the
            longer side. Both interpolate linearly over all the pixels that shrink into one.
        on_error: What to do with files that give no photo: `skip` leaves them out, with a warning and an entry in
            `left_out`; `raise` names them in an error.
        min_side: Photos with a shorter side than this many pixels are refused.
        max_pixels: Photos of more pixels than this are refused.
        workers: Threads; None: one a core.

    Raises:
        DataError: There are no photos, none can be read, or with `on_error="raise"` one cannot; or the disk is full.
    """
    if resize not in ("squash", "crop"):
        raise ConfigError(f"pixels.resize={resize!r}: expected squash or crop")
    if on_error not in ("skip", "raise"):
        raise ConfigError(f"pixels.on_error={on_error!r}: expected skip or raise")
    if size < 1:
        raise ConfigError(f"pixels.size={size}: expected a positive number of pixels")
    if not len(manifest):
        raise DataError(f"There are no photos to decode in {manifest.root} ({manifest.origin or 'no origin'})")
    manifest = hashed(manifest)
    versions = f"{DECODER_VERSION} {IMAGE_HASHES_VERSION} {NEAR_DUPLICATES_VERSION}"
    key = digest("pixels", versions, resize, str(size), str(min_side), str(max_pixels), *manifest.sha256.tolist())
    folder = cache_folder("pixels") / key
    if not folder.is_dir():
        with atomic_folder(folder) as unfinished:
            _decode_into(unfinished, manifest, size, resize, min_side, max_pixels, workers)
    unreadable = {
        int(row): reason for row, reason in json.loads((folder / "unreadable.json").read_text("utf-8")).items()
    }
    if unreadable:
        manifest = _without(manifest, unreadable, on_error)
    twins = NearDuplicates(**np.load(folder / "twins.npz"))
    return Photos(
        manifest.replace(extra={**manifest.extra, ALIKE: _alike(manifest, twins)}),
        np.load(folder / "pixels.npy", mmap_mode="r"),
        ImageHashes(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("phash", "thumbnail", "size"))),
        twins,
        key,
    )


def resized(photo: Image.Image, size: int, resize: Resize) -> Image.Image:
    """The photo as a square of `size` pixels a side."""
    width, height = photo.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side) if resize == "crop" else (0, 0, width, height)
    return photo.resize((size, size), Image.Resampling.BILINEAR, box=box)


def _decode_into(
    folder: Path, manifest: Manifest, size: int, resize: Resize, min_side: int, max_pixels: int, workers: int | None
) -> None:
    n = len(manifest)
    needed, free = n * size * size * 3, shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"{n:,} photos of {size} x {size} pixels take {needed / 2**30:.1f} GiB and {folder.parent} has "
            f"{free / 2**30:.1f} GiB left: free some, set HITO_CACHE to another disk, or choose a smaller pixels.size"
        )
    array = open_memmap(folder / "pixels.npy", mode="w+", dtype=np.uint8, shape=(n, size, size, 3))
    looks = empty_hashes(n)

    def keep(row: int, photo: Image.Image) -> None:
        array[row] = np.asarray(resized(photo, size, resize))
        write_hashes(photo, looks, row)

    unreadable = decode_all(
        manifest.files,
        keep,
        at_least=max(SHARPEST, 2 * size),
        min_side=min_side,
        max_pixels=max_pixels,
        workers=workers,
    )
    array.flush()
    readable = np.setdiff1d(np.arange(n), list(unreadable))
    if unreadable:
        kept = open_memmap(folder / "kept.npy", mode="w+", dtype=np.uint8, shape=(len(readable), size, size, 3))
        for start in range(0, len(readable), COPIED_AT_ONCE):
            kept[start : start + COPIED_AT_ONCE] = array[readable[start : start + COPIED_AT_ONCE]]
        kept.flush()
        (folder / "kept.npy").replace(folder / "pixels.npy")
    looks = looks.take(readable)
    twins = find_near_duplicates(looks, manifest.sha256[readable])
    for name in ("phash", "thumbnail", "size"):
        np.save(folder / f"{name}.npy", getattr(looks, name))
    np.savez(folder / "twins.npz", **vars(twins))
    (folder / "unreadable.json").write_text(json.dumps(unreadable), "utf-8")


def _without(manifest: Manifest, unreadable: Mapping[int, str], on_error: str) -> Manifest:
    """The manifest without these rows, once they have been named."""
    reasons = {str(manifest.path[row]): reason for row, reason in unreadable.items()}
    named = [f"  {path}: {reason}" for path, reason in list(reasons.items())[:NAMED]]
    if len(reasons) > NAMED:
        named.append(f"  and {len(reasons) - NAMED} more")
    listed = "\n".join([f"{len(reasons)} of {len(manifest)} photos in {manifest.root} cannot be read:", *named])
    if on_error == "raise":
        raise DataError(f"{listed}\nRemove or replace them, or leave them out with pixels.on_error=skip")
    if len(reasons) == len(manifest):
        raise DataError(f"{listed}\nThat is all of them: nothing is left to work on")
    log.warning("%s\nThey are left out", listed)
    readable = np.setdiff1d(np.arange(len(manifest)), list(unreadable))
    return manifest.take(readable).replace(left_out={**manifest.left_out, **reasons})


def _alike(manifest: Manifest, twins: NearDuplicates) -> NDArray[np.object_]:
    first = connected_components(len(manifest), twins.pairs())
    several = np.bincount(first, minlength=len(manifest))[first] > 1
    return np.where(several, manifest.path[first], "").astype(object)
