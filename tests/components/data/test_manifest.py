import numpy as np
import pytest

from components.data import Manifest
from components.errors import DataError


def made(tmp_path, **columns):
    return Manifest.of(tmp_path, {"path": ["a/1.jpg", "b/2.jpg", "b/3.jpg"], "label": ["a", "b", "b"]} | columns)


def test_columns_not_given_are_empty_and_unknown_ones_extra(tmp_path):
    manifest = made(tmp_path, latitude=[1, 2, np.nan], weather=["sun", "rain", "fog"])
    assert len(manifest) == 3
    assert set(manifest.title) == {""}
    assert np.isnan(manifest.longitude).all()
    assert list(manifest.extra) == ["weather"]
    assert manifest.classes == ("a", "b")
    assert manifest.files[0] == tmp_path / "a/1.jpg"


def test_take_by_index_and_by_mask_carries_every_column(tmp_path):
    manifest = made(tmp_path, split=["train", "test", "train"], weather=["sun", "rain", "fog"])
    for rows in ([2, 0], np.array([2, 0])):
        assert list(manifest.take(rows).extra["weather"]) == ["fog", "sun"]
    assert list(manifest.take(manifest.label == "b").path) == ["b/2.jpg", "b/3.jpg"]
    assert manifest.rows("train").tolist() == [0, 2]


def test_rows_of_paths_come_in_the_order_asked_for(tmp_path):
    manifest = made(tmp_path)
    rows = manifest.rows_of(["b/3.jpg", "a/1.jpg", "b/3.jpg"])
    assert rows.tolist() == [2, 0, 2]
    assert rows.dtype == np.int64
    assert manifest.rows_of(np.array(["b/2.jpg"])).tolist() == [1]
    assert manifest.rows_of([]).shape == (0,)
    assert manifest.rows_of(path for path in manifest.path).tolist() == [0, 1, 2]


def test_rows_of_unknown_paths_name_the_first(tmp_path):
    manifest = made(tmp_path).replace(origin="table photos.csv")
    with pytest.raises(DataError, match=r"^c/4\.jpg not found among the 3 photos of table photos\.csv; expected paths"):
        manifest.rows_of(["a/1.jpg", "c/4.jpg"])
    with pytest.raises(DataError, match=r"^c/4\.jpg and 2 other paths not found among .* relative to .*"):
        made(tmp_path).rows_of(["c/4.jpg", "c/5.jpg", "c/6.jpg"])


def test_the_fingerprint_depends_on_the_columns_and_not_on_root_and_origin(tmp_path):
    manifest = made(tmp_path)
    assert manifest.fingerprint() == made(tmp_path / "elsewhere").fingerprint()
    assert manifest.replace(origin="x").fingerprint() == manifest.fingerprint()
    for other in (made(tmp_path, split=["train"] * 3), made(tmp_path, weather=["sun"] * 3), manifest.take([1, 0, 2])):
        assert other.fingerprint() != manifest.fingerprint()


def test_inconsistent_columns_are_refused(tmp_path):
    with pytest.raises(ValueError, match="contains duplicates"):
        Manifest.of(tmp_path, {"path": ["a", "a"]})
    with pytest.raises(ValueError, match=r"Manifest.label has shape \(1,\), expected \(2,\)"):
        Manifest.of(tmp_path, {"path": ["a", "b"], "label": ["x"]})
    with pytest.raises(TypeError, match="no field"):
        made(tmp_path).replace(colour=1)
