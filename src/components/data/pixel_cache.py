"""Decoding of a manifest's photos into the files of the pixel cache."""

import json
import shutil
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image

from components.data.decoding import decode_all
from components.data.image_hashes import empty_hashes, write_hashes
from components.data.manifest import Manifest
from components.data.near_duplicates import find_near_duplicates
from components.errors import DataError

Resize = Literal["squash", "crop"]

HASH_FILES = ("phash", "mirrored_phash", "thumbnail", "size")
COPY_BLOCK = 256
MIN_DECODED_SIDE = 512
"""JPEGs are not downscaled below this side while decoding, so that their hashes do not depend on the usual `size`s."""


def resized(photo: Image.Image, size: int, resize: Resize) -> Image.Image:
    """Return the photo resized to a square.

    Args:
        photo: The photo.
        size: Side of the square, in pixels.
        resize: `squash` stretches the whole photo, `crop` crops the longer side to its middle.
    """
    width, height = photo.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side) if resize == "crop" else (0, 0, width, height)
    return photo.resize((size, size), Image.Resampling.BILINEAR, box=box)


def write_pixels(
    folder: Path, manifest: Manifest, size: int, resize: Resize, min_side: int, max_pixels: int, workers: int | None
) -> None:
    """Decode n photos and write the files that `load_pixels` reads.

    `pixels.npy`, `phash.npy`, `thumbnail.npy` and `size.npy` have one row per readable photo, `twins.npz` the pairs of
    near duplicates among these rows, `unreadable.json` the rows of the manifest that are missing, with the reason.

    Args:
        folder: An empty folder.
        manifest: n photos, with their hashes.
        size: As in `load_pixels`; so are the other arguments.
        resize: See `size`.
        min_side: See `size`.
        max_pixels: See `size`.
        workers: See `size`.

    Raises:
        DataError: There is too little disk space.
    """
    n = len(manifest)
    needed, free = n * size * size * 3, shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"{n:,} photos of {size} x {size} pixels take {needed / 2**30:.1f} GiB and {folder.parent} has "
            f"{free / 2**30:.1f} GiB left: free some space, set HITO_CACHE to a folder on another disk, or reduce "
            "pixels.size"
        )
    array = open_memmap(folder / "pixels.npy", mode="w+", dtype=np.uint8, shape=(n, size, size, 3))
    hashes = empty_hashes(n)

    def store(row: int, photo: Image.Image) -> None:
        array[row] = np.asarray(resized(photo, size, resize))
        write_hashes(photo, hashes, row)

    unreadable = decode_all(
        manifest.files,
        store,
        at_least=max(MIN_DECODED_SIDE, 2 * size),
        min_side=min_side,
        max_pixels=max_pixels,
        workers=workers,
    )
    array.flush()
    readable = np.setdiff1d(np.arange(n), list(unreadable))
    if unreadable:
        kept = open_memmap(folder / "kept.npy", mode="w+", dtype=np.uint8, shape=(len(readable), size, size, 3))
        for start in range(0, len(readable), COPY_BLOCK):
            kept[start : start + COPY_BLOCK] = array[readable[start : start + COPY_BLOCK]]
        kept.flush()
        (folder / "kept.npy").replace(folder / "pixels.npy")
    hashes = hashes.take(readable)
    near_duplicates = find_near_duplicates(hashes, manifest.sha256[readable])
    for name in HASH_FILES:
        np.save(folder / f"{name}.npy", getattr(hashes, name))
    np.savez(folder / "twins.npz", **vars(near_duplicates))
    (folder / "unreadable.json").write_text(json.dumps(unreadable), "utf-8")
