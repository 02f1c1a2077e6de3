"""An index of photos in a folder: writing, mapping, appending, and errors about damaged files."""

import numpy as np
import pytest

from components.data import Manifest
from components.errors import DataError
from components.search import PhotoIndex


def unit(n, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def manifest(root, first, last):
    paths = [f"ñ {row}.jpg" for row in range(first, last)]
    columns = {
        "path": paths,
        "title": [f"título {row}" for row in range(first, last)],
        "kind": ["mural"] * (last - first),
        "latitude": np.arange(first, last) / 10,
    }
    return Manifest.of(root, columns)


def test_what_was_added_is_there_when_opened(tmp_path):
    index = PhotoIndex.create(tmp_path / "index", "space", 8)
    assert len(PhotoIndex.open(tmp_path / "index").vectors) == 0
    vectors = unit(12)
    index.add(manifest(tmp_path, 0, 5), vectors[:5])
    first = (tmp_path / "index" / "vectors.f32").stat().st_ino
    PhotoIndex.open(tmp_path / "index").add(manifest(tmp_path, 5, 12), vectors[5:])
    assert (tmp_path / "index" / "vectors.f32").stat().st_ino == first
    found = PhotoIndex.open(tmp_path / "index")
    assert isinstance(found.vectors, np.memmap)
    np.testing.assert_array_equal(found.vectors, vectors)
    assert found.photos.fingerprint() == manifest(tmp_path, 0, 12).fingerprint()
    assert (found.photos.root, len(found), found.space) == (tmp_path, 12, "space")


def test_a_stopped_addition_leaves_no_trace(tmp_path):
    index = PhotoIndex.create(tmp_path, "space", 8)
    index.add(manifest(tmp_path, 0, 5), unit(5))
    with (tmp_path / "vectors.f32").open("ab") as stream:
        stream.write(b"half a vector")
    again = PhotoIndex.open(tmp_path)
    again.add(manifest(tmp_path, 5, 7), unit(2, seed=1))
    np.testing.assert_array_equal(PhotoIndex.open(tmp_path).vectors, np.concatenate([unit(5), unit(2, seed=1)]))


def test_what_cannot_be_added_is_refused(tmp_path):
    index = PhotoIndex.create(tmp_path / "index", "space", 8)
    index.add(manifest(tmp_path, 0, 5), unit(5))
    with pytest.raises(DataError, match=r"already contains ñ 4\.jpg"):
        index.add(manifest(tmp_path, 4, 6), unit(2))
    with pytest.raises(DataError, match=r"ñ 6\.jpg: its vector has length 2"):
        index.add(manifest(tmp_path, 5, 7), unit(2) * np.array([[1], [2]], np.float32))
    with pytest.raises(DataError, match=r"vectors of shape \(2, 4\): expected \(2, 8\)"):
        index.add(manifest(tmp_path, 5, 7), unit(2)[:, :4])
    with pytest.raises(DataError, match="need an index of their own"):
        index.add(manifest(tmp_path / "other", 5, 7), unit(2))
    with pytest.raises(DataError, match="already"):
        PhotoIndex.create(tmp_path / "index", "space", 8)
    assert len(PhotoIndex.open(tmp_path / "index")) == 5


def test_a_missing_or_broken_index_is_named(tmp_path):
    with pytest.raises(DataError, match=r"contains no index of photos.*task=search"):
        PhotoIndex.open(tmp_path)
    index = PhotoIndex.create(tmp_path, "space", 8)
    index.add(manifest(tmp_path, 0, 5), unit(5))
    (tmp_path / "photos.parquet").write_bytes(b"half")
    with pytest.raises(DataError, match=r"photos\.parquet cannot be read"):
        _ = PhotoIndex.open(tmp_path).photos
    (tmp_path / "vectors.f32").write_bytes(b"half")
    with pytest.raises(DataError, match=r"has 4 bytes, but 5 vectors of 8 numbers need 160"):
        PhotoIndex.open(tmp_path)
    (tmp_path / "index.json").write_text("{}")
    with pytest.raises(DataError, match=r"index\.json cannot be read"):
        PhotoIndex.open(tmp_path)
