"""The `waypoints` data set: rendered once per seed, then read from disk."""

import hashlib
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.storage import atomic_path, cache_folder, digest
from components.waypoints.catalogue import Photo, catalogue
from components.waypoints.kinds import KINDS
from components.waypoints.photo import render

LANGUAGES = ("es", "en")
_TABLE = "manifest.parquet"
_CHUNK = 8


def renderer_version() -> str:
    """Return twelve hex digits of a hash of the renderer's source, so that every version has its own folder."""
    folder = Path(__file__).parent
    return digest(*(path.name + path.read_text("utf-8") for path in sorted(folder.glob("*.py"))))[:12]


def _render_file(photo: Photo, folder: Path) -> str:
    """Render one photo into a folder unless the file exists; return the SHA-256 of the file."""
    target = folder / photo.path
    if not target.exists():
        with atomic_path(target) as temporary:
            temporary.write_bytes(render(photo))
    return hashlib.sha256(target.read_bytes()).hexdigest()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def render_all(photos: Sequence[Photo], folder: Path, workers: int | None = None) -> list[str]:
    """Render photos into a folder in parallel; existing files are kept.

    Files are written atomically and their bytes depend on the photo alone: an interrupted call continues where it
    stopped, and concurrent calls are safe.

    Args:
        photos: Photos to render.
        folder: Folder that `Photo.path` is relative to.
        workers: Number of processes; None for one per available core.

    Returns:
        The SHA-256 of each file, in the order of `photos`.
    """
    # A daemonic process (a worker of another pool) may not start processes.
    workers = 1 if multiprocessing.current_process().daemon else workers or _cores()
    write = partial(_render_file, folder=folder)
    progress = partial(
        track, description="rendering waypoints", total=len(photos), console=Console(stderr=True), transient=True
    )
    if workers == 1 or len(photos) <= _CHUNK:
        return list(progress(map(write, photos)))
    # Spawn instead of fork: the parent may have threads (torch does).
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(progress(pool.map(write, photos, chunksize=_CHUNK)))


def _table(photos: Sequence[Photo], hashes: Sequence[str]) -> pa.Table:
    columns: dict[str, list[str] | list[float]] = {
        "path": [photo.path for photo in photos],
        "label": [KINDS[photo.spot.kind].label for photo in photos],
        "split": [photo.spot.split for photo in photos],
        "group": [photo.spot.region.name for photo in photos],
        "object_id": [photo.spot.object_id for photo in photos],
        "latitude": [photo.latitude for photo in photos],
        "longitude": [photo.longitude for photo in photos],
        "sha256": list(hashes),
        "kind": [photo.spot.kind for photo in photos],
        "town": [photo.spot.town for photo in photos],
        "weather": [photo.weather for photo in photos],
    }
    for name in ("title_es", "title_en", "description_es", "description_en"):
        columns[name] = [photo.words[name] for photo in photos]
    return pa.table(columns)


def waypoints(root: str | None = None, seed: int = 0, language: str = "es", workers: int | None = None) -> Manifest:
    """Load the built-in data set: 898 rendered images of way markers, boards, trail markers, playgrounds and others.

    Counts, classes and split are those of the thesis (603 + 152 photos of four classes, 114 + 29 of `resto`), but the
    images are rendered, not photographed. The first call renders them (under a minute on two cores), later calls read
    a table. No object and no scene is in both splits.

    Args:
        root: Folder in which a folder for the data set is created; None for the cache.
        seed: Seed of objects, scenes and photos.
        language: Language of `title` and `description`, es or en; the columns title_es, title_en, ... have both.
        workers: Number of rendering processes; None for one per available core.

    Returns:
        Manifest with the extra columns kind, town, weather and the texts in both languages.

    Raises:
        ConfigError: `language` is neither es nor en.
        DataError: The stored table cannot be read.
    """
    if language not in LANGUAGES:
        raise ConfigError(
            f"data.language={language}: data=waypoints has texts in {' and '.join(LANGUAGES)}, set one of them"
        )
    home = Path(root).expanduser() if root else cache_folder("waypoints")
    folder = home / f"seed{seed}-{renderer_version()}"
    stored = folder / _TABLE
    if not stored.exists():
        photos = catalogue(seed)
        table = _table(photos, render_all(photos, folder, workers))
        with atomic_path(stored) as temporary:
            pq.write_table(table, temporary)
    try:
        columns = pq.ParquetFile(stored).read().to_pydict()
        columns["title"], columns["description"] = columns[f"title_{language}"], columns[f"description_{language}"]
    except (pa.ArrowException, OSError, KeyError) as error:
        raise DataError(f"{stored} cannot be read ({error}): delete the folder {folder} to render it again") from error
    origin = f"waypoints: {len(columns['path'])} rendered (not photographed) pictures, seed {seed}"
    return Manifest.of(folder, columns, origin=origin)
