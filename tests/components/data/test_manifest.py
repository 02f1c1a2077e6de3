import numpy as np
import pytest

from components.data import Manifest


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


def test_the_fingerprint_is_of_what_is_said_and_not_of_where(tmp_path):
    manifest = made(tmp_path)
    assert manifest.fingerprint() == made(tmp_path / "elsewhere").fingerprint()
    assert manifest.replace(origin="x").fingerprint() == manifest.fingerprint()
    for other in (made(tmp_path, split=["train"] * 3), made(tmp_path, weather=["sun"] * 3), manifest.take([1, 0, 2])):
        assert other.fingerprint() != manifest.fingerprint()


def test_what_contradicts_itself_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds a path twice"):
        Manifest.of(tmp_path, {"path": ["a", "a"]})
    with pytest.raises(ValueError, match=r"Manifest.label has shape \(1,\), expected \(2,\)"):
        Manifest.of(tmp_path, {"path": ["a", "b"], "label": ["x"]})
    with pytest.raises(TypeError, match="no field"):
        made(tmp_path).replace(colour=1)
