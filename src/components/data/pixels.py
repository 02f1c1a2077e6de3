"""All photos of a manifest as one array of square photos, decoded once and cached."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.data.aligned_copies import ALIGNED_COPIES_VERSION, AlignedPairs, find_aligned_copies
from components.data.atomic_folder import atomic_folder
from components.data.connected_components import connected_components
from components.data.hashing import hashed
from components.data.image_hashes import IMAGE_HASHES_VERSION, ImageHashes
from components.data.manifest import INTERNAL, Manifest
from components.data.near_duplicates import NEAR_DUPLICATES_VERSION, NearDuplicatePairs, comparable_rows, joined
from components.data.pixel_cache import HASH_FILES, Resize, write_pixels
from components.data.reading import DECODER_VERSION, MAX_PIXELS, MIN_SIDE
from components.errors import ConfigError, DataError
from components.storage import atomic_path, cache_folder, digest
from components.wording import shortened

log = logging.getLogger(__name__)

NearDuplicateSearch = Literal["fast", "thorough"]

NEAR_DUPLICATE_SET = f"{INTERNAL}near_duplicates"
"""Extra column of `Photos.manifest`: path of the first photo of each set of near duplicates, "" for photos in none."""

MAX_LISTED = 10
"""Largest number of unreadable files that an error or a warning lists."""


@dataclass(frozen=True)
class Photos:
    """Decoded photos, and the rows of the manifest that could be decoded.

    Attributes:
        manifest: n rows, with the extra column `NEAR_DUPLICATE_SET`; `left_out` names the files that were unreadable.
        array: (n, size, size, 3) uint8, RGB, memory-mapped and read-only.
        hashes: Hash, thumbnail and original size of each photo.
        near_duplicates: Pairs of near duplicates.
        key: Cache key of `array`, a hash of the photos' content, `size`, `resize` and the version of the decoder.
        near_duplicate_search: How near duplicates were searched for.
    """

    manifest: Manifest
    array: NDArray[np.uint8]
    hashes: ImageHashes
    near_duplicates: NearDuplicatePairs
    key: str
    near_duplicate_search: NearDuplicateSearch = "fast"

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
    near_duplicates: NearDuplicateSearch = "fast",
) -> Photos:
    """Decode the photos to one size, or open them from the cache.

    The cache key depends on the bytes of the photos in their order, on the size and on the way of resizing: renamed
    files are not decoded again, and changed files are.

    Args:
        manifest: The photos.
        size: Side of the square, in pixels.
        resize: `squash` stretches the whole photo to the square, as in the thesis; `crop` crops the longer side to
            its middle. Both use bilinear interpolation with antialiasing.
        on_error: What to do with files that cannot be decoded: `skip` drops them, with a warning and an entry in
            `left_out`; `raise` raises an error that names them.
        min_side: Photos whose shorter side has fewer pixels cannot be decoded.
        max_pixels: Photos with more pixels cannot be decoded.
        workers: Number of threads; None: one per core.
        near_duplicates: How to search for near duplicates: `fast` finds photos that were resized, saved again,
            changed in colour or mirrored; `thorough` also those that were cropped or turned by some degrees, in some
            milliseconds a photo.

    Raises:
        ConfigError: `size`, `resize`, `on_error` or `near_duplicates` is invalid.
        DataError: There are no photos, none can be decoded, one cannot be decoded and `on_error` is `raise`, or there
            is too little disk space.
    """
    if resize not in ("squash", "crop"):
        raise ConfigError(f"pixels.resize={resize!r}: expected squash or crop")
    if on_error not in ("skip", "raise"):
        raise ConfigError(f"pixels.on_error={on_error!r}: expected skip or raise")
    if near_duplicates not in ("fast", "thorough"):
        raise ConfigError(f"pixels.near_duplicates={near_duplicates!r}: expected fast or thorough")
    if size < 1:
        raise ConfigError(f"pixels.size={size}: expected a positive number of pixels")
    if not len(manifest):
        raise DataError(f"There are no photos to decode in {manifest.root} ({manifest.origin or 'unknown origin'})")
    manifest = hashed(manifest)
    versions = f"{DECODER_VERSION} {IMAGE_HASHES_VERSION} {NEAR_DUPLICATES_VERSION}"
    key = digest("pixels", versions, resize, str(size), str(min_side), str(max_pixels), *manifest.sha256.tolist())
    folder = cache_folder("pixels") / key
    if not folder.is_dir():
        with atomic_folder(folder) as unfinished:
            write_pixels(unfinished, manifest, size, resize, min_side, max_pixels, workers)
    unreadable = {
        int(row): reason for row, reason in json.loads((folder / "unreadable.json").read_text("utf-8")).items()
    }
    if unreadable:
        manifest = _without(manifest, unreadable, on_error)
    array = np.load(folder / "pixels.npy", mmap_mode="r")
    hashes = ImageHashes(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in HASH_FILES))
    pairs = NearDuplicatePairs(**np.load(folder / "twins.npz"))
    if near_duplicates == "thorough":
        pairs = joined(pairs, _aligned_copies(folder, manifest, array, hashes), hashes)
    return Photos(
        manifest.replace(extra={**manifest.extra, NEAR_DUPLICATE_SET: _near_duplicate_sets(manifest, pairs)}),
        array,
        hashes,
        pairs,
        key,
        near_duplicates,
    )


def _aligned_copies(folder: Path, manifest: Manifest, array: NDArray[np.uint8], hashes: ImageHashes) -> AlignedPairs:
    """Find cropped and turned copies, or read them from the cache."""
    file = folder / f"aligned-{ALIGNED_COPIES_VERSION}.npz"
    if not file.is_file():
        found = find_aligned_copies(array, comparable_rows(hashes, manifest.sha256))
        with atomic_path(file) as path, path.open("wb") as stream:
            np.savez(stream, **vars(found))
    return AlignedPairs(**np.load(file))


def _without(manifest: Manifest, unreadable: Mapping[int, str], on_error: str) -> Manifest:
    """Report the unreadable rows, and return the manifest without them."""
    reasons = {str(manifest.path[row]): reason for row, reason in unreadable.items()}
    lines = shortened([f"{path}: {reason}" for path, reason in reasons.items()], MAX_LISTED)
    title = f"{len(reasons)} of {len(manifest)} photos in {manifest.root} cannot be decoded:"
    listed = "\n".join([title, *(f"  {line}" for line in lines)])
    if on_error == "raise":
        raise DataError(f"{listed}\nRemove or replace these files, or skip them with pixels.on_error=skip")
    if len(reasons) == len(manifest):
        raise DataError(f"{listed}\nNo photos are left; check that the files are photos")
    log.warning("%s\nThese files are skipped", listed)
    readable = np.setdiff1d(np.arange(len(manifest)), list(unreadable))
    return manifest.take(readable).replace(left_out={**manifest.left_out, **reasons})


def _near_duplicate_sets(manifest: Manifest, near_duplicates: NearDuplicatePairs) -> NDArray[np.object_]:
    first = connected_components(len(manifest), near_duplicates.pairs())
    several = np.bincount(first, minlength=len(manifest))[first] > 1
    return np.where(several, manifest.path[first], "").astype(object)
