"""Tables in any dialect and encoding: every row is a photo or is reported, and its values are those written."""

import csv
import io
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import table
from components.data.manifest import TEXT_COLUMNS
from components.errors import HitoError

PROPERTIES = settings.get_profile("properties")

PHOTOS = ["a.jpg", "b c.jpg", "ñandú.jpg", "d,e;f.jpg", 'q"q.jpg', "sub/g.jpg"]
HEADERS = [
    "path",
    "label",
    "split",
    "group",
    "title",
    "latitude",
    "longitude",
    "leaked",
    "alike",
    "hito:leaked",
    "kind",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "mac_roman"]

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=8)
latin = st.text("abcñáéíóúü¿¡€ ,;\t|'\"", max_size=8)
values = st.one_of(
    texts,
    latin,
    st.sampled_from(
        ["", "train", "Test", "nope", "42.88", "42,88", "nan", "inf", "-91", "1e400", "null", "=1+1", "\0"]
    ),
)
headers = st.one_of(st.sampled_from(HEADERS), st.sampled_from(HEADERS), values, st.just(""), st.just("Unnamed: 0"))
paths = st.one_of(
    *(st.sampled_from(PHOTOS),) * 4,
    st.sampled_from(["", "no.jpg", "../a.jpg", "sub", "~", "x" * 300, "a.jpg\0", "a\\b", "/", "/a.jpg", "a.jpg/b"]),
    texts,
)


@st.composite
def tables(draw, distinct):
    """Draw names of columns with one `path`, and rows; the photos are distinct, so that most tables are sound."""
    names = draw(
        st.lists(headers, max_size=4, unique=distinct).filter(lambda found: "path" not in found or not distinct)
    )
    at = draw(st.integers(0, len(names)))
    listed = draw(st.lists(paths, max_size=7, unique=True))
    others = [draw(st.lists(values, min_size=len(names), max_size=len(names))) for _ in listed]
    rows = [[*row[:at], path, *row[at:]] for path, row in zip(listed, others, strict=True)]
    return [*names[:at], "path", *names[at:]], rows


def written(names, rows, dialect):
    stream = io.StringIO(newline="")
    csv.writer(stream, **dialect).writerows([names, *rows])
    return stream.getvalue()


dialects = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)


def read(content, missing="skip", name="list.csv", **options):
    """Return the manifest of a table beside some photos; None if it is refused in words."""
    with TemporaryDirectory() as top:
        (Path(top) / "sub").mkdir()
        for number, photo in enumerate(PHOTOS):
            (Path(top) / photo).write_bytes(b"%d" % number)
        (Path(top) / name).write_bytes(content)
        try:
            manifest = table(Path(top) / name, missing=missing, **options)
        except HitoError as error:
            assert len(str(error)) > 20
            return None
        for said in (*manifest.left_out, *manifest.left_out.values(), *manifest.notes):
            said.encode()
        assert all(manifest.left_out.values())
        return manifest


def check_rows(manifest, names, rows):
    """Check that photos and reported rows are all rows; a row of one empty value is an empty line of the file."""
    if manifest is None:
        return
    lines = [row for row in rows if len(row) > 1 or row[0]]
    assert len(manifest) + len(manifest.left_out) == len(lines)
    at = names.index("path")
    kept = {row[at].strip(): row for row in lines}
    for position, path in enumerate(manifest.path):
        row = kept.get(path) or next(
            other for typed, other in kept.items() if unicodedata.normalize("NFC", typed) == path
        )
        for name, value in zip(names, row, strict=True):
            read_as = unicodedata.normalize("NFC", name).strip()
            if read_as in manifest.extra:
                assert manifest.extra[read_as][position] == value
            elif read_as in set(TEXT_COLUMNS) - {"path", "label", "split", "sha256"}:
                assert getattr(manifest, read_as)[position] == unicodedata.normalize("NFC", value.strip())


@settings(PROPERTIES)
@given(tables(distinct=True), dialects, st.sampled_from(ENCODINGS), st.sampled_from(["skip", "error"]))
def test_rows_are_read_or_reported_in_a_named_encoding(drawn, dialect, encoding, missing):
    names, rows = drawn
    content = written(names, rows, dialect).encode(encoding, "replace")
    text = content.decode(encoding)
    _names, *_rows = csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"])
    check_rows(read(content, missing, encoding=encoding), _names, _rows)


@settings(PROPERTIES)
@given(tables(distinct=True), dialects, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]))
def test_rows_are_read_or_reported_if_the_encoding_has_to_be_found(drawn, dialect, encoding):
    names, rows = drawn
    content = written(names, rows, dialect).encode(encoding, "replace")
    manifest = read(content)
    _names, *_rows = csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=dialect["delimiter"])
    if manifest is not None and encoding == "cp1252" and not content.isascii():
        assert any("Windows-1252" in note or "UTF-8" in note for note in manifest.notes) or content.decode()
        assert len(manifest) + len(manifest.left_out) == len([row for row in _rows if len(row) > 1 or row[0]])
    else:
        check_rows(manifest, _names, _rows)


@settings(PROPERTIES)
@given(
    tables(distinct=False),
    dialects,
    st.dictionaries(headers, headers, max_size=3),
    st.sampled_from([None, *ENCODINGS, "utf-7", "punycode", "idna", "hex", "undefined", "x\0"]) | texts,
)
def test_names_of_columns_are_renamed_or_refused(drawn, dialect, columns, encoding):
    names, rows = drawn
    manifest = read(written(names, rows, dialect).encode(), columns=columns, encoding=encoding)
    if manifest is not None:
        assert len(manifest) + len(manifest.left_out) == len([row for row in rows if len(row) > 1 or row[0]])
        assert not any(name.startswith("hito:") for name in manifest.extra)


@settings(PROPERTIES)
@given(tables(distinct=False), dialects, st.data())
def test_tables_cut_and_altered_are_read_or_refused(drawn, dialect, data):
    content = bytearray(written(*drawn, dialect).encode(data.draw(st.sampled_from(ENCODINGS)), "replace"))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    start, stop = (data.draw(st.integers(0, len(content))) for _ in range(2))
    cut = content[:start] + content[stop:] + data.draw(st.binary(max_size=10))
    read(bytes(cut), name=data.draw(st.sampled_from(["list.csv", "list.tsv", "list.parquet", "list.xlsx", "list"])))
