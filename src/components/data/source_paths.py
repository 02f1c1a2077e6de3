"""Paths that a configuration names: an empty one, or one of an unset variable, is refused."""

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
            its name is not in UTF-8.
    """
    text = "" if value is None else str(value)
    if not text.strip():
        raise DataError(f"{key} is empty; expected {expected}. Is a variable of the shell not set?")
    if "$" in text and not Path(text).exists():
        raise DataError(f"{key}={text} contains a variable that was not replaced; expected {expected}")
    path = Path(text).expanduser().absolute()
    if path == Path(path.anchor):
        raise DataError(f"{key}={text} is the whole disk; expected {expected}. Is a variable of the shell not set?")
    if not is_utf8(str(path)):
        raise DataError(f"{key}={escaped(text)}: this name is not in UTF-8; rename it, and expected is {expected}")
    return path
