import hashlib
import logging
import unicodedata

import pytest

from components.data import folder
from components.errors import DataError


def test_train_and_test_folders_are_the_split_and_names_are_the_classes(tree):
    root = tree(
        {
            "train/mojón jacobeo/primera foto.jpg": 1,
            "train/cartel/b.JPG": 2,
            "validation/cartel/c.png": 3,
            "test/cartel/niño 1.webp": 4,
        }
    )
    found = folder(root)
    rows = sorted(zip(found.path, found.label, found.split, strict=True))
    assert rows == [
        ("test/cartel/niño 1.webp", "cartel", "test"),
        ("train/cartel/b.JPG", "cartel", "train"),
        ("train/mojón jacobeo/primera foto.jpg", "mojón jacobeo", "train"),
        ("validation/cartel/c.png", "cartel", "validation"),
    ]
    for file, sha256 in zip(found.files, found.sha256, strict=True):
        assert sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert not found.left_out


def test_classes_without_a_split_and_photos_nested_below_them(tree):
    found = folder(tree({"mural/2021/mayo/a.png": 1, "mural/b.png": 2, "fuente/c.png": 3}))
    assert dict(zip(found.path, found.label, strict=True)) == {
        "mural/2021/mayo/a.png": "mural",
        "mural/b.png": "mural",
        "fuente/c.png": "fuente",
    }
    assert set(found.split) == {""}


def test_files_that_are_not_photos_are_named_and_hidden_files_are_not(tree):
    root = tree({"train/a/1.jpg": 1, "train/b/2.jpg": 2, "other/3.jpg": 3, "train/4.jpg": 4, "train/a/.5.jpg": 5})
    (root / "train/a/notes.txt").write_text("x")
    (root / "train/a/README").write_text("x")
    (root / "train/a/Thumbs.db").write_text("x")
    (root / ".git").mkdir()
    (root / ".git" / "6.jpg").write_text("x")
    found = folder(root)
    assert list(found.path) == ["train/a/1.jpg", "train/b/2.jpg"]
    assert found.left_out == {
        "other/3.jpg": "not below train/, validation/ or test/",
        "train/4.jpg": "not in the folder of a class",
        "train/a/notes.txt": "not a photo by its extension (.txt)",
        "train/a/README": "not a photo by its extension (none)",
    }


def test_photos_without_folders_have_no_label(tree):
    found = folder(tree({"a.jpg": 1, "b.jpg": 2}))
    assert list(found.path) == ["a.jpg", "b.jpg"]
    assert set(found.label) == {""}


def test_one_class_in_two_unicode_normal_forms(tree):
    composed, decomposed = unicodedata.normalize("NFC", "señal"), unicodedata.normalize("NFD", "señal")
    found = folder(tree({f"train/{composed}/a.jpg": 1, f"test/{decomposed}/b.jpg": 2}))
    assert found.classes == (composed,)
    assert len(found) == 2


def test_links_to_folders_are_followed_once(tree, tmp_path):
    elsewhere = tree({"a.jpg": 1}, name="elsewhere")
    root = tree({"b/2.jpg": 2})
    (root / "linked").symlink_to(elsewhere)
    (root / "b" / "round").symlink_to(root)
    found = folder(root)
    assert sorted(zip(found.path, found.label, strict=True)) == [("b/2.jpg", "b"), ("linked/a.jpg", "linked")]
    assert found.left_out == {"b/round": "a link to a folder that was read already"}


def test_the_fingerprint_depends_on_the_content_and_not_on_the_folder(tree):
    files = {"a/1.png": 1, "b/2.png": 2}
    assert folder(tree(files, "one")).fingerprint() == folder(tree(files, "two")).fingerprint()
    assert folder(tree(files, "one")).fingerprint() != folder(tree(files | {"b/2.png": 3}, "three")).fingerprint()


def test_an_empty_folder_a_missing_one_and_a_file_are_named(tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataError, match=r"nothing contains no photos \(it is empty\); expected train/CLASS"):
        folder(tmp_path / "nothing")
    (tmp_path / "nothing" / "a.txt").touch()
    with pytest.raises(DataError, match="only 1 other file"):
        folder(tmp_path / "nothing")
    with pytest.raises(DataError, match="gone does not exist"):
        folder(tmp_path / "gone")
    with pytest.raises(DataError, match=r"a.txt is a file; read ZIP and tar files with data=archive"):
        folder(tmp_path / "nothing" / "a.txt")


def test_other_extensions_on_request(tree, caplog):
    caplog.set_level(logging.INFO)
    root = tree({"a/1.png": 1, "a/2.jpg": 2})
    found = folder(root, extensions=[".png"])
    assert list(found.path) == ["a/1.png"]
    assert list(found.left_out) == ["a/2.jpg"]
