"""Data source: photos in folders named by split and class."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.folder_layout import Splits, find_layout
from components.data.folder_tree import FolderTree, Parts, walk
from components.data.hashing import sha256_of_readable
from components.data.manifest import Manifest
from components.data.reading import IMAGE_EXTENSIONS
from components.data.source_paths import source_path
from components.errors import DataError
from components.wording import counted

EXPECTED = "a folder with train/CLASS/ and test/CLASS/, or CLASS/"


def folder(root: str | Path, *, splits: Splits = "auto", extensions: Sequence[str] | str | None = None) -> Manifest:
    """Read photos from `train/CLASS/` and `test/CLASS/` (and `validation/CLASS/`), or from `CLASS/` without a split.

    Photos may lie in subfolders of the class. If `root` has no folders, the photos in it have no label. What the
    folders were read as is said in `notes` (see `folder_layout`). Hidden files and folders, and those of systems and
    tools, are passed over and named once in `notes`; everything else that is not used is named in `left_out`: files
    that are not photos, files and folders that cannot be read, folders of classes without photos.

    Args:
        root: The folder.
        splits: Whether the top folders are splits: true, false, or `auto` to decide by their names and content.
        extensions: File extensions of photos, in any case; None: those of `IMAGE_EXTENSIONS`.

    Raises:
        DataError: The folder is not named, does not exist, cannot be read, or has no photos.
    """
    top = source_path("data.root", root, EXPECTED)
    if not top.is_dir():
        problem = "is a file; read ZIP and tar files with data=archive" if top.is_file() else "does not exist"
        raise DataError(f"data.root={root} {problem}; expected {EXPECTED}")
    endings = _endings(extensions)
    tree = walk(top)
    if "/" in tree.left_out:
        raise DataError(f"data.root={root}: {tree.left_out['/']}; expected {EXPECTED}")
    left_out = dict(tree.left_out)
    photos = [parts for parts in tree.files if parts[-1].lower().endswith(endings)]
    for parts in tree.files:
        if not parts[-1].lower().endswith(endings):
            left_out["/".join(parts)] = f"not a photo by its extension ({Path(parts[-1]).suffix or 'none'})"
    layout = find_layout(photos, splits)
    paths, labels, sides = [], [], []
    for parts in photos:
        place = layout.place(parts)
        if isinstance(place, str):
            left_out["/".join(parts)] = place
        else:
            paths.append("/".join(parts))
            labels.append(place[0])
            sides.append(place[1])
    for parts in _without_photos(tree, photos):
        if layout.expects_photos(parts):
            left_out.setdefault("/".join(parts) + "/", "a folder without photos")
    digests, unreadable = sha256_of_readable([top / path for path in paths])
    left_out |= {paths[row]: reason for row, reason in unreadable.items()}
    kept = [row for row in range(len(paths)) if row not in unreadable]
    if not kept:
        raise DataError(_no_photos(top, left_out, endings))
    listed: dict[str, Any] = {"path": paths, "label": labels, "split": sides, "sha256": digests}
    columns = {name: [column[row] for row in kept] for name, column in listed.items()}
    notes = [layout.note, tree.passed_over_note()]
    return Manifest.of(top, columns, origin=f"folder {top.name}", left_out=dict(sorted(left_out.items())), notes=notes)


def _endings(extensions: Sequence[str] | str | None) -> tuple[str, ...]:
    given = [extensions] if isinstance(extensions, str) else list(extensions or IMAGE_EXTENSIONS)
    return tuple("." + str(extension).lower().lstrip(".") for extension in given)


def _without_photos(tree: FolderTree, photos: Sequence[Parts]) -> list[Parts]:
    with_photos = {parts[:depth] for parts in photos for depth in range(1, len(parts))}
    return [parts for parts in tree.folders if parts not in with_photos]


def _no_photos(top: Path, left_out: dict[str, str], endings: Sequence[str]) -> str:
    found = "it is empty"
    if left_out:
        path, reason = next(iter(left_out.items()))
        found = f"only {counted(len(left_out), 'other file')}, the first is {path}: {reason}"
    return (
        f"{top} contains no photos ({found}); expected train/CLASS/*.jpg and test/CLASS/*.jpg, or CLASS/*.jpg, with "
        f"one of the extensions {', '.join(endings)}"
    )
