import numpy as np
import pytest

from components.data import Manifest, concatenated
from components.errors import DataError


def test_paths_are_relative_to_the_common_folder(tmp_path):
    first = Manifest.of(tmp_path / "a", {"path": ["1.jpg"], "label": ["x"]}, origin="A", left_out={"0.txt": "text"})
    second = Manifest.of(tmp_path / "b" / "c", {"path": ["2.jpg", "3.jpg"], "title": ["T", ""]}, origin="B")
    found = concatenated([first, second])
    assert found.root == tmp_path
    assert list(found.path) == ["a/1.jpg", "b/c/2.jpg", "b/c/3.jpg"]
    assert list(found.label) == ["x", "", ""]
    assert list(found.title) == ["", "T", ""]
    assert found.origin == "A; B"
    assert found.left_out == {"0.txt": "text"}
    assert found.files == first.files + second.files


def test_extra_columns_that_a_manifest_lacks_are_empty(tmp_path):
    first = Manifest.of(tmp_path / "a", {"path": ["1.jpg"], "year": [2020], "weather": ["sun"]})
    second = Manifest.of(tmp_path / "b", {"path": ["2.jpg"]})
    found = concatenated([first, second])
    np.testing.assert_array_equal(found.extra["year"], [2020, np.nan])
    assert list(found.extra["weather"]) == ["sun", ""]


def test_the_same_photo_twice_and_no_manifests_are_errors(tmp_path):
    manifest = Manifest.of(tmp_path, {"path": ["1.jpg"]})
    with pytest.raises(DataError, match=r"1\.jpg is in two of the tables that are concatenated; remove it"):
        concatenated([manifest, manifest])
    with pytest.raises(DataError, match="no tables of photos to concatenate"):
        concatenated([])
