"""What a file is by its first bytes, for errors about files of another kind than expected."""

from pathlib import Path

HEAD = 4096
SAVE_AS_CSV = "save it as CSV UTF-8 (in Excel and LibreOffice: Save as)"
ARCHIVE = "if the photos are in it, read it with data=archive"
PHOTO = "a table lists the paths of photos; read a folder of photos with data=folder"

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "export its table as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls)", SAVE_AS_CSV),
    (b"PAR1", "a Parquet table", "name it .parquet"),
    (b"ARROW1", "an Arrow (Feather) table", "save it as Parquet or CSV"),
    (b"SQLite format 3", "an SQLite database", "export its table as CSV"),
    (b"\x89HDF", "an HDF5 file", "save its table as Parquet or CSV"),
    (b"\x93NUMPY", "a NumPy array", "save it as CSV"),
    (b"\x80\x04", "a Python pickle", "save it as Parquet or CSV"),
    (b"\x80\x05", "a Python pickle", "save it as Parquet or CSV"),
    (b"{\\rtf", "an RTF document", SAVE_AS_CSV),
    (b"\x1f\x8b", "a gzip file", f"unpack it, or {ARCHIVE}"),
    (b"BZh", "a bzip2 file", f"unpack it, or {ARCHIVE}"),
    (b"\xfd7zXZ", "an xz file", f"unpack it, or {ARCHIVE}"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it, and read the folder with data=folder"),
    (b"Rar!", "a RAR archive", "unpack it, and read the folder with data=folder"),
    (b"\xff\xd8\xff", "a JPEG photo", PHOTO),
    (b"\x89PNG", "a PNG photo", PHOTO),
    (b"GIF8", "a GIF photo", PHOTO),
    (b"II*\0", "a TIFF photo", PHOTO),
    (b"MM\0*", "a TIFF photo", PHOTO),
    (b"%!PS", "a PostScript document", "export its table as CSV"),
    (b"\x7fELF", "a program", "name the table"),
    (b"MZ\x90", "a program", "name the table"),
)
"""First bytes of a file, what it is, and what to do to read it as a table."""

ZIPPED = (
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"word/", "a Word document"),
    (b"Index/Document.iwa", "a Numbers spreadsheet"),
)
"""What the names of the members of a ZIP file say that it is."""


def kind_of_file(file: Path) -> tuple[str, str]:
    """Return what a file is and what to do to read it as a table; two empty strings if it may be a text.

    Args:
        file: The file.
    """
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        if head.startswith(b"PK\x03\x04"):
            stream.seek(max(0, file.stat().st_size - (1 << 16)))
            names = head + stream.read()
            named = next((kind for sign, kind in ZIPPED if sign in names), "")
            return (named, SAVE_AS_CSV) if named else ("a ZIP archive", ARCHIVE)
    for sign, kind, advice in SIGNATURES:
        if head.startswith(sign):
            return kind, advice
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP photo", PHOTO
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF photo, or a video", PHOTO
    if head[257:262] == b"ustar":
        return "a tar archive", ARCHIVE
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML), perhaps a sign-in page that was downloaded instead", "download the table itself"
    if text.startswith((b"<?xml", b"<svg")):
        return "an XML file", SAVE_AS_CSV
    if text.startswith((b"{", b"[{", b"[\n", b"[ ")):
        return "a JSON file", "save it as Parquet or CSV"
    return "", ""
