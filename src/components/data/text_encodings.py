"""The encoding of text files that do not name it: UTF-8, UTF-16, or Windows-1252, which Excel writes."""

import codecs
import re
from pathlib import Path

from components.errors import DataError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WINDOWS = "cp1252"
HOW_TO_SAVE = "save it as UTF-8 (in Excel: Save as > CSV UTF-8), or name its encoding in data.encoding, such as"
UNLIKELY = re.compile(
    r"(?<=[^\W\d_])[\u0080-\u009f\u00a1-\u00a9\u00ab-\u00b4\u00b6\u00b8\u00bb-\u00bf\u2013\u2014\u2020-\u203a"
    r"\u02c6\u02dc\u2122\u20ac\u00d7\u00f7](?=[^\W\d_])"
)
"""Signs that stand between two letters only if a text is in another encoding."""


def read_text(file: Path, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file, and a note that says which encoding was assumed; "" if it is plain UTF-8.

    Args:
        file: The file.
        encoding: Its encoding, by a name that Python knows; None: find out.

    Raises:
        DataError: There is no such encoding, the text is in another one, or the file is no text.
    """
    text, note = _read(file, encoding)
    if "\0" in text:
        raise DataError(
            f"{file} contains zero bytes{f' as {encoding.upper()}' if encoding else ''}, which no text has; "
            f"{HOW_TO_SAVE} utf-16"
        )
    return text, note


def _read(file: Path, encoding: str | None) -> tuple[str, str]:
    content = file.read_bytes()
    if encoding:
        return _decoded(content, encoding, file), ""
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(
                content, name, file
            ), "" if name == "utf-8-sig" else f"{file.name} was read as {name.upper()}"
    if b"\0" in content[:4096]:
        name = _utf16(content[:4096])
        if not name:
            raise DataError(f"{file} is no text (it contains zero bytes); expected a .csv or .parquet table")
        return _decoded(content, name, file), f"{file.name} was read as {name.upper()}"
    try:
        return content.decode(), ""
    except UnicodeDecodeError as error:
        return _windows(content, error, file)


def _decoded(content: bytes, encoding: str, file: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not in {encoding.upper()} ({error.reason} at byte {error.start}); {HOW_TO_SAVE} {WINDOWS}"
        ) from error
    except (LookupError, ValueError):  # idna, punycode and others are no encodings of files
        raise DataError(
            f"data.encoding={encoding}: no such encoding; expected one such as utf-8 or {WINDOWS}"
        ) from None


def _utf16(head: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, whose ASCII characters have every second byte zero; or ""."""
    zeros = [head[start::2].count(0) / max(1, len(head[start::2])) for start in (0, 1)]
    if max(zeros) < 0.5 or min(zeros) > 0.1:
        return ""
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _windows(content: bytes, error: UnicodeDecodeError, file: Path) -> tuple[str, str]:
    """Read a text as Windows-1252 if that gives words."""
    try:
        text = content.decode(WINDOWS)
    except UnicodeDecodeError:
        text = ""
    if not text or UNLIKELY.search(text):
        raise DataError(
            f"{file} is not in UTF-8 ({error.reason} at byte {error.start}), and not in Windows-1252 either; "
            f"{HOW_TO_SAVE} mac_roman or cp850"
        ) from error
    sample = next((word for word in re.findall(r"\w+", text) if not word.isascii()), "")
    example = f", in which it contains {sample!r}" if sample else ""
    note = f"{file.name} is not in UTF-8 and was read as Windows-1252{example}; data.encoding names another encoding"
    return text, note
