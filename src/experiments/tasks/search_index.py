"""The index of photos that a run of task=search saves (index/), and its extension by a later run."""

import shutil
from pathlib import Path

import numpy as np

from components.data import Manifest, concatenated
from components.embedders import Embedder, check_same_space
from components.errors import ConfigError, DataError
from components.search import PhotoIndex
from experiments.runs import find_run

FOLDER = "index"


def create_index(folder: Path, manifest: Manifest, embedder: Embedder) -> PhotoIndex:
    """Create an index of the photos in the folder of a run; the index of an interrupted run is replaced."""
    _remove(folder / FOLDER)
    vectors = embedder.embed_images(manifest.files)
    index = PhotoIndex.create(folder / FOLDER, embedder.fingerprint(), vectors.shape[1])
    index.add(manifest, vectors)
    return index


def extend_index(run_id: str, output: Path, folder: Path, manifest: Manifest, embedder: Embedder) -> PhotoIndex:
    """Copy the index of an earlier run into the folder of a run, and add the photos that it lacks.

    For photos that are in the index already, the columns of the manifest (such as title and coordinates) replace the
    stored ones. Graphs of approximate indexes are copied too, and extended when they are searched.

    Args:
        run_id: The earlier run, see `find_run`.
        output: Folder of all experiments.
        folder: Folder of the run that extends the index.
        manifest: Photos with their hashes, in the same folder as those of the index.
        embedder: Embedder of the photos and queries.

    Raises:
        ConfigError: The run has no index, or its vectors are of another space than those of the embedder.
        DataError: The photos are in another folder, or a photo of the index is missing or has other content.
    """
    run, record = find_run(run_id, output)
    if not (run / FOLDER).is_dir():
        raise ConfigError(
            f"index={run_id}: the run {record.id} of task={record.task} has no {FOLDER}/. Name a run of task=search"
        )
    earlier = PhotoIndex.open(run / FOLDER)
    try:
        check_same_space(earlier.space, embedder.fingerprint())
    except ConfigError as error:
        raise ConfigError(f"index={run_id}: {error}") from error
    extended = _extended_manifest(earlier, manifest, run_id)
    _remove(folder / FOLDER)
    shutil.copytree(run / FOLDER, folder / FOLDER)
    index = PhotoIndex.open(folder / FOLDER)
    new_rows = np.arange(len(earlier), len(extended))
    if len(new_rows):
        added = extended.take(new_rows)
        index.add(added, embedder.embed_images(added.files))
    index.update_manifest(extended)
    return index


def _extended_manifest(earlier: PhotoIndex, manifest: Manifest, run_id: str) -> Manifest:
    """Return the photos of the index, in their order, followed by those that it lacks."""
    indexed = earlier.photos
    if len(indexed) and indexed.root.resolve() != manifest.root.resolve():
        raise DataError(
            f"index={run_id} contains photos of {indexed.root}, and the data is in {manifest.root}: an index can only "
            "be extended with photos of the same folder"
        )
    hashes = dict(zip(manifest.path.tolist(), manifest.sha256.tolist(), strict=True))
    for path, sha256 in zip(indexed.path.tolist(), indexed.sha256.tolist(), strict=True):
        if hashes.get(path, sha256) != sha256:
            raise DataError(
                f"{manifest.root / path} has changed since index={run_id} was created: search without index="
            )
        if path not in hashes and not (indexed.root / path).is_file():
            raise DataError(
                f"{indexed.root / path} is in index={run_id}, and the file no longer exists: search without index="
            )
    missing = np.array([path not in hashes for path in indexed.path.tolist()], dtype=bool)
    both = concatenated([manifest.replace(root=indexed.root), indexed.take(missing)]) if missing.any() else manifest
    indexed_row = {path: row for row, path in enumerate(indexed.path.tolist())}
    order = sorted(range(len(both)), key=lambda row: indexed_row.get(both.path[row], len(indexed_row) + row))
    return both.take(order).replace(root=manifest.root)


def _remove(folder: Path) -> None:
    if folder.exists():  # left by an interrupted run; the vectors themselves are in the cache of the embedder
        shutil.rmtree(folder)
