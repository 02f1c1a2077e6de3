"""Walk through the folders of a data set; what cannot be read is named with its reason."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from components.data.folder_names import escaped, is_ignored, is_utf8
from components.wording import counted

NOT_UTF8 = "its name is not in UTF-8; rename it (convmv -f latin1 -t utf8 --notest does)"

Parts = tuple[str, ...]
"""A path relative to the folder of the data set, as a tuple of names."""


@dataclass
class FolderTree:
    """The files and folders of a data set.

    Attributes:
        files: The files, sorted.
        folders: The folders, sorted, without the top.
        left_out: Files and folders that cannot be read, mapped to the reason; folders end with "/".
        passed_over: Names of hidden files and of files and folders of systems and tools, with how often they were seen.
    """

    files: list[Parts] = field(default_factory=list)
    folders: list[Parts] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)

    def passed_over_note(self) -> str:
        """Return one sentence that names what was passed over, or "" if nothing was."""
        if not self.passed_over:
            return ""
        hidden_files = self.passed_over.get("", 0)
        named = [
            name if times == 1 else f"{name} ({times:,} times)" for name, times in self.passed_over.items() if name
        ]
        named += [counted(hidden_files, "hidden file")] if hidden_files else []
        return f"passed over, of systems and tools: {', '.join(named)}"


def walk(top: Path) -> FolderTree:
    """List everything below a folder. Links are followed, each folder is read once, and errors are kept in `left_out`.

    Args:
        top: The folder, which exists.
    """
    tree = FolderTree()
    seen: set[Path] = set()

    def unreadable(error: OSError) -> None:
        parts = Path(error.filename).relative_to(top).parts
        tree.left_out[_folder(parts)] = f"this folder cannot be read ({error.strerror}), nor what is in it"

    for parent, folders, files in os.walk(top, followlinks=True, onerror=unreadable):
        parts = Path(parent).relative_to(top).parts
        real = Path(parent).resolve()
        if real in seen:
            tree.left_out["/".join(parts)] = "a link to a folder that was read already"
            tree.folders.remove(parts)
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in sorted(folders) if _keep_folder((*parts, name), tree)]
        tree.folders += [(*parts, name) for name in folders]
        tree.files += [(*parts, name) for name in files if _keep_file(top, (*parts, name), tree)]
    tree.files.sort()
    tree.folders.sort()
    tree.passed_over = Counter(dict(sorted(tree.passed_over.items())))
    return tree


def _keep_folder(parts: Parts, tree: FolderTree) -> bool:
    if is_ignored(parts[-1]):
        tree.passed_over[escaped(parts[-1]) + "/"] += 1
        return False
    if not is_utf8(parts[-1]):
        tree.left_out[_folder(parts)] = f"{NOT_UTF8}; nothing in it was read"
        return False
    return True


def _keep_file(top: Path, parts: Parts, tree: FolderTree) -> bool:
    name = parts[-1]
    if is_ignored(name):
        tree.passed_over["" if name.startswith(".") else name] += 1
        return False
    if not is_utf8(name):
        tree.left_out[escaped("/".join(parts))] = NOT_UTF8
        return False
    path = top.joinpath(*parts)
    if _is_dangling(path):
        tree.left_out["/".join(parts)] = f"a link to {escaped(str(path.readlink()))}, which does not exist"
        return False
    return True


def _is_dangling(path: Path) -> bool:
    try:
        return path.is_symlink() and not path.exists()
    except OSError:  # in a folder that may be listed, but not entered
        return False


def _folder(parts: Parts) -> str:
    return escaped("/".join(parts)) + "/"
