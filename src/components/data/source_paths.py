"""Paths that a configuration names: an empty one, or one of an unset variable, is refused."""

import errno
import os
from pathlib import Path

from components.data.folder_names import escaped, is_utf8
from components.errors import DataError


def source_path(key: str, value: str | Path | None, expected: str) -> Path:
    """Return the absolute path that a key names, with `~` expanded.

    Args:
        key: The key, for errors.
        value: Its value.
        expected: What it should name, for errors.

    Raises:
        DataError: The value is empty or the top of the file system, as an unset variable of the shell leaves it, or
            its name is not in UTF-8, or no file can have it.
    """
    text = "" if value is None else str(value)
    if not text.strip():
        raise DataError(f"{key} is empty; expected {expected}. Is a variable of the shell not set?")
    if "$" in text and not os.path.exists(text):  # noqa: PTH110 - Path raises if it is too long
        raise DataError(f"{key}={text} contains a variable that was not replaced; expected {expected}")
    path = Path(os.path.expanduser(text)).absolute()  # noqa: PTH111 - Path raises for a user that does not exist
    if path == Path(path.anchor):
        raise DataError(f"{key}={text} is the whole disk; expected {expected}. Is a variable of the shell not set?")
    if not is_utf8(str(path)):
        raise DataError(f"{key}={escaped(text)}: this name is not in UTF-8; rename it, and expected is {expected}")
    _check_possible(key, path, expected)
    return path


def _check_possible(key: str, path: Path, expected: str) -> None:
    """Raise DataError if no file can have this name, which `Path.is_dir` and others do not expect."""
    try:
        path.lstat()
    except ValueError as error:
        raise DataError(f"{key}={str(path)!r}: no file can have this name ({error}); expected {expected}") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            shown = f"{path.parent.name}/{path.name}"[:60]
            raise DataError(f"{key}: {shown}... is too long for a name of a file; expected {expected}") from error
