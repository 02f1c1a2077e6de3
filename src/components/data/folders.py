"""Data source: photos in folders named by split and class."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.hashing import sha256_of_all
from components.data.manifest import Manifest
from components.data.reading import IMAGE_EXTENSIONS
from components.errors import DataError
from components.wording import counted

SPLIT_FOLDERS = {
    "train": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "test": "test",
}
"""Folder names of the splits, mapped to the split."""
SYSTEM_FILES = {"__macosx", "thumbs.db", "desktop.ini"}
"""Files and folders that operating systems create, in lower case; they are ignored."""


def folder(root: str | Path, *, extensions: Sequence[str] = IMAGE_EXTENSIONS) -> Manifest:
    """Read photos from `train/CLASS/` and `test/CLASS/` (and `validation/CLASS/`), or from `CLASS/` without a split.

    Photos may lie in subfolders of the class. If `root` has no folders, the photos in it have no label. Hidden files
    are ignored; every other file that is not a photo is named in `left_out`.

    Args:
        root: The folder.
        extensions: File extensions of photos, in lower case.

    Raises:
        DataError: The folder does not exist or has no photos.
    """
    top = Path(root).expanduser().absolute()
    if not top.is_dir():
        problem = "is a file; read ZIP and tar files with data=archive" if top.is_file() else "does not exist"
        raise DataError(f"data.root={root} {problem}; expected a folder with train/CLASS/ and test/CLASS/, or CLASS/")
    files, left_out = _files(top)
    has_split = any(parts[0] in SPLIT_FOLDERS for parts in files if len(parts) > 1)
    has_classes = any(len(parts) > 1 for parts in files)
    paths, labels, splits = [], [], []
    for parts in files:
        path = "/".join(parts)
        parents = list(parts[:-1])
        if not parts[-1].lower().endswith(tuple(extensions)):
            left_out[path] = f"not a photo by its extension ({Path(parts[-1]).suffix or 'none'})"
        elif has_split and (not parents or parents[0] not in SPLIT_FOLDERS):
            left_out[path] = "not below train/, validation/ or test/"
        elif has_classes and len(parents) < 1 + has_split:
            left_out[path] = "not in the folder of a class"
        else:
            splits.append(SPLIT_FOLDERS[parents.pop(0)] if has_split else "")
            labels.append(unicodedata.normalize("NFC", parents[0]) if parents else "")
            paths.append(path)
    if not paths:
        found = f"only {counted(len(left_out), 'other file')}" if left_out else "it is empty"
        raise DataError(
            f"{top} contains no photos ({found}); expected train/CLASS/*.jpg and test/CLASS/*.jpg, or CLASS/*.jpg, "
            f"with one of the extensions {', '.join(extensions)}"
        )
    digests = sha256_of_all([top / path for path in paths])
    columns: dict[str, Any] = {"path": paths, "label": labels, "split": splits, "sha256": digests}
    return Manifest.of(top, columns, origin=f"folder {top.name}", left_out=left_out)


def _files(top: Path) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Return the files below `top` as tuples of path parts, sorted, and the links to folders that were read before."""
    found, left_out, seen = [], {}, set()
    for parent, folders, files in os.walk(top, followlinks=True):
        real = Path(parent).resolve()
        parts = Path(parent).relative_to(top).parts
        if real in seen:
            left_out["/".join(parts)] = "a link to a folder that was read already"
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not is_ignored(name))
        found += [(*parts, name) for name in files if not is_ignored(name)]
    return sorted(found), left_out


def is_ignored(name: str) -> bool:
    """Return whether a file or folder is hidden, or was created by an operating system."""
    return name.startswith(".") or name.lower() in SYSTEM_FILES
