"""Photos in folders that say what they show."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.hashing import sha256_of_all
from components.data.manifest import Manifest
from components.data.reading import IMAGE_EXTENSIONS
from components.errors import DataError

SPLIT_FOLDERS = {
    "train": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "test": "test",
}
NOT_OF_THE_USER = {"__macosx", "thumbs.db", "desktop.ini"}


def folder(root: str | Path, *, extensions: Sequence[str] = IMAGE_EXTENSIONS) -> Manifest:
    """Photos in `train/CLASS/` and `test/CLASS/` (and `validation/CLASS/`), or in `CLASS/` without a split.

    Photos may lie in folders below that of their class. Photos right in `root`, where it has no folders, have no
    label. Hidden files are passed over; every other file that is no photo is named in `left_out`.

    Args:
        root: The folder.
        extensions: Of the files that are photos, in small letters.

    Raises:
        DataError: There is no such folder, or no photo in it.
    """
    top = Path(root).expanduser().absolute()
    if not top.is_dir():
        what = "is a file: a ZIP or tar file is read by data=archive" if top.is_file() else "does not exist"
        raise DataError(f"data.root={root} {what}; expected a folder with train/CLASS/ and test/CLASS/, or CLASS/")
    files, left_out = _files(top)
    given = any(parts[0] in SPLIT_FOLDERS for parts in files if len(parts) > 1)
    nested = any(len(parts) > 1 for parts in files)
    paths, labels, splits = [], [], []
    for parts in files:
        path = "/".join(parts)
        above = list(parts[:-1])
        if not parts[-1].lower().endswith(tuple(extensions)):
            left_out[path] = f"no photo by its name ({Path(parts[-1]).suffix or 'no extension'})"
        elif given and (not above or above[0] not in SPLIT_FOLDERS):
            left_out[path] = "not below train/, validation/ or test/"
        elif nested and len(above) < 1 + given:
            left_out[path] = "not in the folder of a class"
        else:
            splits.append(SPLIT_FOLDERS[above.pop(0)] if given else "")
            labels.append(unicodedata.normalize("NFC", above[0]) if above else "")
            paths.append(path)
    if not paths:
        found = f"{len(left_out)} other files" if left_out else "nothing"
        raise DataError(
            f"{top} holds no photos ({found}); expected train/CLASS/*.jpg and test/CLASS/*.jpg, or CLASS/*.jpg, "
            f"with one of {', '.join(extensions)}"
        )
    digests = sha256_of_all([top / path for path in paths])
    columns: dict[str, Any] = {"path": paths, "label": labels, "split": splits, "sha256": digests}
    return Manifest.of(top, columns, origin=f"folder {top.name}", left_out=left_out)


def _files(top: Path) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Files below `top` as parts of their path, sorted, and the folders that links would lead to a second time."""
    found, left_out, seen = [], {}, set()
    for where, folders, files in os.walk(top, followlinks=True):
        real = Path(where).resolve()
        parts = Path(where).relative_to(top).parts
        if real in seen:
            left_out["/".join(parts)] = "a link to a folder that was read already"
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if _is_of_the_user(name))
        found += [(*parts, name) for name in files if _is_of_the_user(name)]
    return sorted(found), left_out


def _is_of_the_user(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in NOT_OF_THE_USER
