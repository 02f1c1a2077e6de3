"""The index that a run of task=search leaves (`index/`), and how a later one takes it over and adds to it."""

import shutil
from pathlib import Path

import numpy as np

from components.data import Manifest, concatenated
from components.embedders import Embedder, check_same_space
from components.errors import ConfigError, DataError
from components.search import PhotoIndex
from experiments.runs import find_run

FOLDER = "index"


def new_index(folder: Path, manifest: Manifest, embedder: Embedder) -> PhotoIndex:
    """The photos and their vectors, in the folder of a run; what a stopped run left there goes."""
    _remove(folder / FOLDER)
    vectors = embedder.embed_images(manifest.files)
    store = PhotoIndex.create(folder / FOLDER, embedder.fingerprint(), vectors.shape[1])
    store.add(manifest, vectors)
    return store


def taken_over(word: str, output: Path, folder: Path, manifest: Manifest, embedder: Embedder) -> PhotoIndex:
    """A copy of an earlier run's index, in the folder of a run, with the photos added that were not in it.

    What the manifest says of photos that were in it already (another title, another place) takes the place of what was
    known. Graphs of approximate indexes are copied too, and take in what is new.

    Args:
        word: What the earlier run is called, see `find_run`.
        output: Folder below which the experiments lie.
        folder: Of the run that takes over.
        manifest: Photos with their hashes, in the same folder as those of the index.
        embedder: Of the queries to come.

    Raises:
        ConfigError: The run left no index, or its vectors are of another space than the embedder's.
        DataError: The photos lie in another folder, one is no longer there or has other content than it had.
    """
    run, record = find_run(word, output)
    if not (run / FOLDER).is_dir():
        raise ConfigError(f"index={word}: the run {record.id} is of task={record.task} and left no {FOLDER}/: "
                          "an index comes from task=search")  # fmt: skip
    earlier = PhotoIndex.open(run / FOLDER)
    try:
        check_same_space(earlier.space, embedder.fingerprint())
    except ConfigError as error:
        raise ConfigError(f"index={word}: {error}") from error
    together = _together(earlier, manifest, word)
    _remove(folder / FOLDER)
    shutil.copytree(run / FOLDER, folder / FOLDER)
    store = PhotoIndex.open(folder / FOLDER)
    new = np.arange(len(earlier), len(together))
    if len(new):
        added = together.take(new)
        store.add(added, embedder.embed_images(added.files))
    store.update_manifest(together)
    return store


def _together(earlier: PhotoIndex, manifest: Manifest, word: str) -> Manifest:
    """The photos of the index, in its order, and behind them those that it lacks."""
    known = earlier.photos
    if len(known) and known.root.resolve() != manifest.root.resolve():
        raise DataError(f"index={word} holds photos of {known.root}, and the data lies in {manifest.root}: one index "
                        "is of one folder")  # fmt: skip
    hashes = dict(zip(manifest.path.tolist(), manifest.sha256.tolist(), strict=True))
    for path, content in zip(known.path.tolist(), known.sha256.tolist(), strict=True):
        if hashes.get(path, content) != content:
            raise DataError(f"{manifest.root / path} is not what it was when index={word} was made: search without it")
        if path not in hashes and not (known.root / path).is_file():
            raise DataError(f"{known.root / path} is in index={word} and no longer there: search without it")
    missing = np.array([path not in hashes for path in known.path.tolist()], dtype=bool)
    both = concatenated([manifest.replace(root=known.root), known.take(missing)]) if missing.any() else manifest
    place = {path: row for row, path in enumerate(known.path.tolist())}
    order = sorted(range(len(both)), key=lambda row: place.get(both.path[row], len(place) + row))
    return both.take(order).replace(root=manifest.root)


def _remove(folder: Path) -> None:
    if folder.exists():  # of a run that was stopped; the vectors themselves are in the embedder's cache
        shutil.rmtree(folder)
