"""Folders of any names: every file is a photo of the manifest, or is named with the reason why it is not."""

import os
import re
from contextlib import suppress
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import folder
from components.data.folder_names import class_name, escaped, is_ignored, is_utf8
from components.data.reading import IMAGE_EXTENSIONS
from components.errors import DataError, HitoError

PROPERTIES = settings.get_profile("properties")

CLASSES = ["gata", "perro", "buzón"]
SPLITS = ["train", "Test", "val2017", "validation", "valid", "testing", "training_set", "prueba", "images"]
TOOLS = [".git", ".hidden", "Thumbs.db", "@eaDir", "__MACOSX", "__pycache__", "lost+found", "icon\r", "found.001"]
ODD = [
    *("café", "cafe\u0301", "a\nb", "a\tb", " ", "\u200b", "a ", "日本", "😀", "-x", "$HOME", "~", "a,b", "'", "\\xf1"),
    *("x.jpg", "photo.JPG", "a.b", "%41", "*", "{a}", "#1", "null", "CON", "a" * 200),
]
NOT_UTF8 = [b"\xf1", b"\xf1and\xfa", b"caf\xe9.jpg", b"\x80.png"]


def encoded(names):
    return st.sampled_from([os.fsencode(name) for name in names])


any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=8)
any_name = st.one_of(
    st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & set(b"/\0")), any_text.map(str.encode)
)
names = st.one_of(encoded(CLASSES), encoded(SPLITS), encoded([*ODD, *TOOLS]), st.sampled_from(NOT_UTF8), any_name)
usual = st.one_of(encoded(CLASSES), encoded(CLASSES), encoded(SPLITS), names)
files = st.tuples(names, st.sampled_from([b".jpg", b".jpg", b".JPG", b".png", b".txt", b"", b".\xf1"])).map(b"".join)
kinds = st.sampled_from(["file", "file", "file", "file", "folder", "dangling link", "link to the top", "pipe"])


def trees(folders):
    entry = st.tuples(st.lists(folders, max_size=3), files, kinds)
    return st.lists(entry, max_size=12)


def plant(top, entries):
    """Make the files, and leave out those that a file system cannot have beside the others."""
    for number, (parents, name, kind) in enumerate(entries):
        if {b".", b".."} & {*parents, name}:
            continue
        place = os.path.join(os.fsencode(top), *parents)
        with suppress(OSError):
            os.makedirs(place, exist_ok=True)
            path = os.path.join(place, name)
            if kind == "file":
                with open(path, "xb") as stream:
                    stream.write(b"%d" % number)
            elif kind == "folder":
                os.mkdir(path)
            elif kind == "pipe":
                os.mkfifo(path)
            else:
                os.symlink(b"nowhere\xf1" if kind == "dangling link" else os.fsencode(top), path)


def files_of(top):
    """Return the paths of all files as Python gives them, relative to the top; links to folders are not followed."""
    return [os.path.relpath(os.path.join(at, name), top) for at, _, found in os.walk(top) for name in found]


def passed_over(parts):
    return any(is_ignored(part) for part in parts)


def could_be_photo(top, path):
    """Return whether a file has the extension of a photo, can be read, and lies in folders with visible names."""
    parts = path.split("/")
    return (
        path.lower().endswith(IMAGE_EXTENSIONS)
        and is_utf8(path)
        and not passed_over(parts)
        and os.path.isfile(os.path.join(top, path))
        and all(class_name(part) for part in parts[:-1])
    )


def check_nothing_is_lost(top, splits):
    every = files_of(top)
    try:
        manifest = folder(top, splits=splits)
    except HitoError as error:
        str(error).encode()
        assert "no photos" in str(error) or splits is True
        if splits == "auto" and all(os.path.isfile(os.path.join(top, path)) for path in every):
            assert not any(could_be_photo(top, path) for path in every), error
        return
    photos, left_out = set(manifest.path.tolist()), dict(manifest.left_out)
    for said in (*left_out, *left_out.values(), *manifest.notes, *manifest.label):
        said.encode()  # can be printed
    assert all(left_out.values())
    unread = tuple(name for name in left_out if name.endswith("/"))
    expected_in_left_out = 0
    for path in every:
        parts = path.split("/")
        above = [escaped("/".join(parts[:depth])) + "/" for depth in range(1, len(parts))]
        if path in photos:
            assert path not in left_out
        elif any(folder in unread and "nothing in it" in left_out[folder] for folder in above):
            continue  # the folder is named
        elif passed_over(parts):
            assert any("passed over" in note for note in manifest.notes)
        else:
            expected_in_left_out += 1
    linked = sum(reason.startswith("a link to a folder") for reason in left_out.values())
    assert len(left_out) - len(unread) - linked == expected_in_left_out
    assert photos <= set(every)
    check_labels(manifest)
    check_passed_over(manifest, top)


def check_labels(manifest):
    for path, label, split in zip(manifest.path, manifest.label, manifest.split, strict=True):
        above = path.split("/")[:-1]
        assert label in {class_name(name) for name in above} | {""}
        assert label or len(above) == (1 if split else 0), path
        assert split in ("", "train", "validation", "test")


def check_passed_over(manifest, top):
    """Hidden files are counted: as many as there are outside hidden folders and unreadable ones."""
    hidden = 0
    for path in files_of(top):
        *above, name = path.split("/")
        hidden += name.startswith(".") and not passed_over(above) and all(is_utf8(part) for part in above)
    said = re.search(r"(\d+) hidden files?$", " ".join(manifest.notes))
    assert int(said[1] if said else 0) == hidden


@settings(PROPERTIES)
@given(trees(names), st.sampled_from(["auto", True, False]))
def test_no_file_is_lost_in_a_tree_of_any_names(entries, splits):
    with TemporaryDirectory() as top:
        plant(top, entries)
        check_nothing_is_lost(top, splits)


@settings(PROPERTIES)
@given(trees(usual))
def test_no_file_is_lost_in_folders_of_classes_with_a_few_odd_names(entries):
    with TemporaryDirectory() as top:
        plant(top, entries)
        check_nothing_is_lost(top, "auto")


@settings(PROPERTIES)
@given(st.data(), st.lists(any_text, min_size=1, max_size=3))
def test_extensions_of_any_text_are_taken_or_refused(data, extensions):
    with TemporaryDirectory() as top:
        plant(top, data.draw(trees(usual)))
        try:
            manifest = folder(top, extensions=extensions)
        except DataError as error:
            assert "no photos" in str(error)
        else:
            kept = tuple("." + extension.lower().lstrip(".") for extension in extensions)
            assert all(path.lower().endswith(kept) for path in manifest.path)
