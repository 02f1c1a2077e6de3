"""What folders mean: splits, classes, or folders of systems and tools."""

import os
import sys

import pytest

from components.data import folder
from components.data.folder_names import class_name, is_ignored, split_of
from components.errors import ConfigError, DataError

SPLITS_AND_CLASSES = [f"{{}}/{name}/{number}.jpg" for name in ("fuente", "mural") for number in range(2)]


def photos(*names):
    return {path.format(name): row for name in names for row, path in enumerate(SPLITS_AND_CLASSES)}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Train", "Test"),
        ("TRAIN", "TEST"),
        ("training", "testing"),
        ("train_set", "test-set"),
        ("TrainingData", "TestData"),
        ("Training Images", "Test Images"),
        ("train2017", "test2017"),
        ("entrenamiento", "prueba"),
    ],
)
def test_splits_in_any_case_and_their_usual_spellings(tree, train, test):
    found = folder(tree(photos(train, test)))
    assert found.classes == ("fuente", "mural")
    assert dict(zip(found.path, found.split, strict=True))[f"{train}/mural/1.jpg"] == "train"
    assert dict(zip(found.path, found.split, strict=True))[f"{test}/fuente/0.jpg"] == "test"
    (note,) = found.notes
    assert f"{train}/ as train" in note
    assert "data.splits=false reads them as classes" in note
    assert folder(found.root, splits=False).classes == tuple(sorted((train, test)))


def test_three_splits_of_which_one_is_dev(tree):
    found = folder(tree(photos("Train", "dev", "Test")))
    assert set(found.split) == {"train", "validation", "test"}


@pytest.mark.parametrize(
    "names", [("valid", "invalid"), ("test", "train", "val"), ("train", "bus"), ("Test", "fuente")]
)
def test_classes_called_like_splits(tree, names):
    root = tree({f"{name}/{row}.jpg": 10 * number + row for number, name in enumerate(names) for row in range(3)})
    found = folder(root)
    assert found.classes == tuple(sorted(names))
    assert len(found) == 3 * len(names)
    assert set(found.split) == {""}
    (note,) = found.notes
    assert "data.splits=true otherwise" in note
    assert "not as" in note


def test_classes_called_like_splits_with_folders_of_other_things(tree):
    files = {
        f"{name}/{who}/1.jpg": row
        for row, (name, who) in enumerate([("valid", "ana"), ("invalid", "ana"), ("valid", "luis")])
    }
    assert folder(tree(files)).classes == ("invalid", "valid")
    files = {f"train/{kind}/{row}.jpg": row for kind in ("ice", "tgv") for row in range(2)}
    files |= {f"{name}/{row}.jpg": 9 + row for name in ("bus", "car") for row in range(3)}
    assert folder(tree(files, "vehicles")).classes == ("bus", "car", "train")
    files = {"train/a/1.jpg": 1, "train/b/1.jpg": 2, "test/c/1.jpg": 3, "test/d/1.jpg": 4}
    assert folder(tree(files, "others")).classes == ("test", "train")


def test_splits_are_read_on_request(tree):
    found = folder(tree({"train/1.jpg": 1, "test/2.jpg": 2}), splits=True)
    assert set(found.label) == {""}
    assert found.split.tolist() == ["test", "train"]
    with pytest.raises(DataError, match=r"data\.splits=true, and no top folder .* is named like a split.*: a\. Rename"):
        folder(tree({"a/1.jpg": 1}, "other"), splits=True)
    with pytest.raises(ConfigError, match=r"data\.splits='yes': expected auto, true or false"):
        folder(tree({"a/1.jpg": 1}, "other"), splits="yes")


def test_test_photos_without_a_class_are_left_out_and_not_a_class(tree):
    found = folder(tree({"train/a/1.jpg": 1, "train/b/2.jpg": 2, "test/3.jpg": 3}))
    assert found.classes == ("a", "b")
    assert found.left_out == {"test/3.jpg": "not in the folder of a class"}


def test_splits_inside_the_classes(tree):
    found = folder(
        tree({f"{name}/{side}/{row}.jpg": row for name in "ab" for row, side in enumerate(("train", "test"))})
    )
    assert found.classes == ("a", "b")
    assert set(found.split) == {"train", "test"}
    assert "of each class were read as its splits (data.splits=false ignores them)" in found.notes[0]
    assert set(folder(found.root, splits=False).split) == {""}


def test_one_folder_around_everything_is_said(tree):
    found = folder(tree({f"dataset/{path}": row for path, row in photos("train", "test").items()}))
    assert "all photos are in the folder dataset/" in found.notes[0]


@pytest.mark.parametrize(
    "name",
    [
        *("__MACOSX", ".thumbnails", "@eaDir", "#recycle", "$RECYCLE.BIN", "lost+found", ".git", ".ipynb_checkpoints"),
        *("__pycache__", ".Trash-1000", "@Recycle", "found.000", "RECYCLER", ".@__thumb", "node_modules", "A.lrdata"),
    ],
)
def test_folders_of_systems_and_tools_are_passed_over_and_named_once(tree, name):
    found = folder(tree({"a/1.jpg": 1, f"{name}/2.jpg": 2, "b/3.jpg": 3, f"b/{name}/4.jpg": 4}))
    assert found.path.tolist() == ["a/1.jpg", "b/3.jpg"]
    assert found.notes == (f"passed over, of systems and tools: {name}/ (2 times)",)
    assert not found.left_out


def test_names_with_spaces_and_files_of_systems(tree):
    root = tree({"a/1.jpg": 1, "System Volume Information/2.jpg": 2})
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini", "._1.jpg"):
        (root / "a" / name).touch()
    (note,) = folder(root).notes
    for name in ("System Volume Information/", "Thumbs.db", "desktop.ini", "2 hidden files"):
        assert name in note


def test_an_empty_folder_of_a_class_is_named(tree):
    root = tree(photos("train", "test"))
    (root / "train" / "vacía").mkdir()
    (root / "train" / "fuente" / "deep").mkdir()
    (root / "validation").mkdir()
    assert folder(root).left_out == {
        "train/vacía/": "a folder without photos",
        "validation/": "a folder without photos",
    }


def test_a_folder_that_cannot_be_read_is_named(tree, monkeypatch):
    root = tree({"a/1.jpg": 1, "b/2.jpg": 2})
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", refuse)
    found = folder(root)
    assert found.classes == ("a",)
    assert found.left_out == {"b/": "this folder cannot be read (Permission denied), nor what is in it"}
    monkeypatch.setattr("os.scandir", lambda path: refuse(f"{path}/b"))
    with pytest.raises(DataError, match=r"this folder cannot be read \(Permission denied\)"):
        folder(root)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_has_no_permissions_is_named(tree):  # pragma: no cover
    root = tree({"a/1.jpg": 1, "a/2.jpg": 2, "b/3.jpg": 3})
    (root / "a/1.jpg").chmod(0)
    (root / "b").chmod(0)
    try:
        assert folder(root).left_out == {
            "a/1.jpg": "cannot be read (Permission denied)",
            "b/": "this folder cannot be read (Permission denied), nor what is in it",
        }
    finally:
        (root / "b").chmod(0o755)


def test_dangling_links_pipes_and_unreadable_files_are_named(tree, monkeypatch):
    root = tree({"a/1.jpg": 1, "a/2.jpg": 2})
    (root / "a/3.jpg").symlink_to("gone.jpg")
    (root / "a/loop.jpg").symlink_to("loop.jpg")
    (root / "b").symlink_to("nowhere")
    os.mkfifo(root / "a/4.jpg")
    openly = os.open

    def refuse(path, *rest, **options):
        if str(path).endswith("2.jpg"):
            raise PermissionError(13, "Permission denied", str(path))
        return openly(path, *rest, **options)

    monkeypatch.setattr("components.data.hashing.os.open", refuse)
    found = folder(root)
    assert found.path.tolist() == ["a/1.jpg"]
    assert found.left_out == {
        "a/2.jpg": "cannot be read (Permission denied)",
        "a/3.jpg": "a link to gone.jpg, which does not exist",
        "a/4.jpg": "cannot be read (it is a pipe, a socket or a device)",
        "a/loop.jpg": "a link to loop.jpg, which does not exist",
        "b": "a link to nowhere, which does not exist",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names of arbitrary bytes")
def test_names_in_latin_1_are_named_and_left_out(tree):
    root = tree({"a/1.jpg": 1, "b/2.jpg": 2})
    (root / "a/1.jpg").rename(root / "a" / os.fsdecode(b"ni\xf1o.jpg"))
    (root / "b").rename(root / os.fsdecode(b"se\xf1al"))
    tree({"a/2.jpg": 2})
    found = folder(root)
    assert found.path.tolist() == ["a/2.jpg"]
    assert list(found.left_out) == ["a/ni\\xf1o.jpg", "se\\xf1al/"]
    assert all("its name is not in UTF-8; rename it" in reason for reason in found.left_out.values())
    found.fingerprint()
    with pytest.raises(DataError, match=r"se\\xf1al: this name is not in UTF-8"):
        folder(root / os.fsdecode(b"se\xf1al"))


@pytest.mark.parametrize("root", ["", "  ", None, "/", "$PHOTOS/mine", "${PHOTOS}"])
def test_an_unset_variable_is_refused(root):
    with pytest.raises(DataError, match=r"data\.root.*variable.*|data\.root.* expected a folder"):
        folder(root)


@pytest.mark.parametrize("name", ["a.jfif", "a.JPE", "a.mpo", "a.jif", "a.dib", "a.apng"])
def test_less_usual_extensions_of_photos(tree, name):
    root = tree({"a/1.jpg": 1})
    (root / "a/1.jpg").rename(root / "a" / name)
    assert folder(root).path.tolist() == [f"a/{name}"]


def test_extensions_without_a_dot_in_any_case(tree):
    root = tree({"a/1.png": 1, "a/2.jpg": 2})
    for extensions in ("png", ".PNG", ["PNG"]):
        assert folder(root, extensions=extensions).path.tolist() == ["a/1.png"]


def test_names_of_splits():
    assert [split_of(name) for name in ("trains", "contest", "dataset", "images", "attest", "", "12")] == [""] * 7


def test_names_of_classes_that_look_the_same():
    assert len({class_name(text) for text in ("café", "cafe\u0301", " café ", "ca\u200bfé", "café\u00a0")}) == 1


def test_names_of_users_are_not_ignored():
    assert not any(map(is_ignored, ("fuente", "recycle", "thumbs", "git", "found", "@home", "#1", "$money")))
