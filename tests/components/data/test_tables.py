import io
import os
import zipfile

import numpy as np
import pandas as pd
import pytest

from components.data import table
from components.errors import ConfigError, DataError

HEAD = "path,label,split,title,latitude,longitude,weather\n"


@pytest.fixture
def write(tree):
    root = tree({"a.png": 1, "con ñ y espacio.png": 2, "sub/c.png": 3})

    def put(text, name="table.csv", encoding="utf-8"):
        (root / name).write_text(text, encoding=encoding)
        return root / name

    return put


def test_known_columns_become_the_manifest_and_others_extra(write):
    path = write(
        HEAD
        + 'a.png,mural,train,"Mural, ""el grande""",40.48,-3.36,sun\n'
        + "con ñ y espacio.png,fuente,TEST,,,,\nsub/c.png,fuente,val,Fuente,-90,180,rain\n"
    )
    found = table(path)
    assert list(found.path) == ["a.png", "con ñ y espacio.png", "sub/c.png"]
    assert list(found.split) == ["train", "test", "validation"]
    assert list(found.title) == ['Mural, "el grande"', "", "Fuente"]
    np.testing.assert_array_equal(found.latitude, [40.48, np.nan, -90])
    np.testing.assert_array_equal(found.longitude, [-3.36, np.nan, 180])
    assert list(found.extra["weather"]) == ["sun", "", "rain"]
    assert all(len(sha256) == 64 for sha256 in found.sha256)
    assert found.root == path.parent


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_own_names_and_other_delimiters(write, delimiter):
    rows = [("foto", "clase"), ("a.png", "mural"), ("sub\\c.png", "fuente")]
    path = write("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows) + "\r\n\r\n")
    found = table(path, columns={"foto": "path", "clase": "label"})
    assert list(found.path) == ["a.png", "sub/c.png"]
    assert list(found.label) == ["mural", "fuente"]


def test_parquet_gives_the_same_as_csv(write, tmp_path):
    path = write(HEAD + "a.png,1,train,,40.5,,sun\nsub/c.png,2,test,Casa,,,rain\n")
    frame = pd.read_csv(path)
    frame.to_parquet(path.with_suffix(".parquet"))
    assert table(path.with_suffix(".parquet")).fingerprint() == table(path).fingerprint()


def test_paths_may_be_absolute_or_relative_to_a_root(write, tmp_path):
    path = write("path\na.png\n")
    elsewhere = tmp_path / "lists"
    elsewhere.mkdir()
    (elsewhere / "t.csv").write_text(f"path\n{path.parent / 'a.png'}\nsub/c.png\n")
    found = table(elsewhere / "t.csv", root=path.parent)
    assert list(found.path) == ["a.png", "sub/c.png"]


def test_a_missing_column_names_those_there_are(write):
    path = write("foto,clase\na.png,mural\n")
    with pytest.raises(
        DataError, match=r"has no column 'path'; its columns: foto, clase.*data\.columns=\{foto: path\}"
    ):
        table(path)
    with pytest.raises(
        DataError, match=r"has no column 'imagen', which data\.columns renames\. Its columns: foto, clase"
    ):
        table(path, columns={"imagen": "path"})
    with pytest.raises(DataError, match="gives two columns the same name"):
        table(path, columns={"foto": "path", "clase": "path"})


def test_every_bad_value_is_named_with_its_row_and_column(write):
    path = write(
        HEAD
        + "a.png,mural,train,,91,-3,\n"
        + "sub/c.png,mural,tren,,norte,-181,\n"
        + "gone.png,mural,train,,,,\n"
        + "a.png,mural,train,,,,\n"
        + ",mural,train,,,,\n"
    )
    with pytest.raises(DataError) as caught:
        table(path)
    message = str(caught.value)
    for expected in (
        "7 invalid values",
        "row 2, column 'latitude': 91 is not within -90 .. 90",
        "row 3, column 'latitude': 'norte' is not a number",
        "row 3, column 'longitude': -181 is not within -180 .. 180",
        "row 3, column 'split': 'tren' is none of train, validation, test",
        "row 4, column 'path': the file ",
        "gone.png does not exist",
        "row 5, column 'path': 'a.png' is listed in row 2 already",
        "row 6, column 'path': empty",
    ):
        assert expected in message


def test_a_long_list_of_bad_rows_is_shortened(write):
    path = write("path\n" + "".join(f"gone{number}.png\n" for number in range(30)))
    with pytest.raises(DataError, match=r"30 invalid values.*(\n.*){10}\n  and 20 more$"):
        table(path)


def test_missing_files_may_be_left_out_by_name(write):
    path = write("path,label\na.png,x\ngone.png,x\n")
    found = table(path, missing="skip")
    assert list(found.path) == ["a.png"]
    assert found.left_out == {"gone.png": "listed in row 3, but the file does not exist"}
    with pytest.raises(ConfigError, match=r"data.missing='drop'"):
        table(path, missing="drop")


def test_a_row_with_too_many_or_too_few_values_is_named(write):
    with pytest.raises(DataError, match=r"line 3: 3 values, expected 2 \(path, title\); put values that contain ','"):
        table(write("path,title\na.png,x\nsub/c.png,Casa, grande\n"))
    with pytest.raises(DataError, match="line 2: 1 value, expected 2"):
        table(write("path,title\na.png\n"))


def test_invalid_tables_are_named(write, tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        table(tmp_path / "none.csv")
    with pytest.raises(DataError, match=r"is not in UTF-8.*save it as UTF-8 .*data\.encoding, such as mac_roman"):
        table(write("path,title\na.png,señal\n", encoding="mac_roman"))
    with pytest.raises(DataError, match="cannot be read as a Parquet file"):
        table(write("path\na.png\n", name="t.parquet"))
    with pytest.raises(DataError, match="lists no photos; expected one row per photo"):
        table(write("path,label\n"))
    with pytest.raises(DataError, match=r"has two columns of the same name \(path, path\)"):
        table(write("path,path\na.png,a.png\n"))
    with pytest.raises(DataError, match=r"has no column 'path'; its columns: none"):
        table(write(""))
    with pytest.raises(DataError, match="line 2"):
        table(write('path,title\na.png,"open\n'))


def test_columns_without_a_name_are_dropped_and_said(write):
    pandas_index = table(write(",path,label\n0,a.png,x\n1,sub/c.png,y\n"))
    assert not pandas_index.extra
    assert pandas_index.notes == ("table.csv: column 1 without a name dropped",)
    trailing = table(write("path,label,,\na.png,x,,\nsub/c.png,y,,\n"))
    assert list(trailing.label) == ["x", "y"]
    assert trailing.notes == ("table.csv: columns 3, 4 without a name dropped",)
    only_in_rows = table(write("path,label\na.png,x,\nsub/c.png,y,\n"))
    assert list(only_in_rows.label) == ["x", "y"]
    twice_written = table(write("Unnamed: 0,,path,label\n0,0,a.png,x\n"))
    assert not twice_written.extra


def test_the_index_of_a_parquet_file_is_dropped(write, tmp_path):
    path = write("path,label\na.png,x\n").with_suffix(".parquet")
    pd.DataFrame({"path": ["a.png", "sub/c.png"], "label": ["x", "y"]}, index=[7, 9]).to_parquet(path)
    found = table(path)
    assert not found.extra
    assert "without a name dropped" in found.notes[0]


@pytest.mark.parametrize("name", ["alike", "leaked", "near_duplicates", "novelty", "twins"])
def test_columns_of_users_are_not_those_of_hito(write, name):
    from components.data import find_leaks, load_pixels

    path = write(f"path,label,split,{name}\na.png,x,train,1\nsub/c.png,x,test,1\ncon ñ y espacio.png,y,train,1\n")
    photos = load_pixels(table(path), size=16)
    assert find_leaks(photos.manifest, photos) == []
    assert list(photos.manifest.extra[name]) == ["1", "1", "1"]
    assert photos.manifest.rows("test").tolist() == [1]


def test_a_column_with_the_prefix_of_hito_is_refused(write):
    with pytest.raises(
        DataError, match=r"a column 'hito:leaked'; names that begin with 'hito:' are hito's own: rename"
    ):
        table(write("path,hito:leaked\na.png,x\n"))


def test_labels_that_look_the_same_are_one_class(write):
    found = table(write("path,label\na.png,café\nsub/c.png,cafe\u0301\ncon ñ y espacio.png, café \n"))
    assert found.classes == ("café",)


def test_splits_in_their_usual_spellings_are_said(write):
    found = table(write("path,label,split\na.png,x,Training\nsub/c.png,x,dev\ncon ñ y espacio.png,x,Test\n"))
    assert list(found.split) == ["train", "validation", "test"]
    assert found.notes == ("column 'split': Training was read as train, dev was read as validation",)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "table.csv was read as UTF-16"),
        ("utf-16-le", "table.csv was read as UTF-16-LE"),
        ("utf-16-be", "table.csv was read as UTF-16-BE"),
        ("utf-32", "table.csv was read as UTF-32"),
        ("cp1252", "was read as Windows-1252, in which it contains 'señal'; data.encoding names another encoding"),
        ("latin-1", "was read as Windows-1252"),
    ],
)
def test_encodings_of_excel(write, encoding, said):
    rows = "path;label;description\r\na.png;señal;¿Dónde está? «Aquí», dijo: 20 °C\r\nsub/c.png;fuente;año\r\n"
    found = table(write(rows, encoding=encoding))
    assert list(found.label) == ["señal", "fuente"]
    assert said in "".join(found.notes)
    assert bool(said) == bool(found.notes)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_other_encodings_are_an_error_that_says_what_works(write, encoding):
    path = write("path,label\na.png,señal\n", encoding=encoding)
    with pytest.raises(DataError, match=r"not in UTF-8 .*save it as UTF-8.*data\.encoding, such as mac_roman or cp850"):
        table(path)
    assert list(table(path, encoding=encoding).label) == ["señal"]
    with pytest.raises(DataError, match=r"data\.encoding=latin9000: no such encoding"):
        table(path, encoding="latin9000")
    with pytest.raises(DataError, match=r"is not in UTF-8 \(.*\); save it"):
        table(path, encoding="utf-8")


def test_the_separator_that_excel_names_and_decimal_commas(write):
    found = table(write('sep=;\r\npath;title;latitude\r\na.png;"uno; dos, tres, cuatro";42,88\r\n'))
    assert list(found.title) == ["uno; dos, tres, cuatro"]
    assert list(found.latitude) == [42.88]
    found = table(write('path;"title, with, commas";label\na.png;t;x\n'))
    assert found.classes == ("x",)
    with pytest.raises(DataError, match="line 4: 3 values"):
        table(write("sep=;\npath;label\na.png;x\nsub/c.png;x;y\n"))


def zipped(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            r"is an Excel workbook \(\.xlsx\), not a CSV.*save it as CSV UTF-8",
        ),
        (zipped("mimetype", "word/document.xml"), "is a Word document"),
        (zipped("a/1.jpg"), "is a ZIP archive, not a CSV table: .*data=archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"is an Excel workbook \(\.xls\)"),
        (b"%PDF-1.4\n", "is a PDF document"),
        (b"PAR1\x15\x04", r"is a Parquet table, not a CSV table: name it \.parquet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a PNG photo.*data=folder"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "is a JPEG photo"),
        (b"\x1f\x8b\x08" + bytes(99), "is a gzip file"),
        (b"SQLite format 3\0" + bytes(99), "is an SQLite database"),
        (b"<!DOCTYPE html><html>", r"is a web page \(HTML\)"),
        (b'{"path": "a.png"}', "is a JSON file"),
        (b"\x80\x04\x95" + bytes(99), "is a Python pickle"),
        (b"path,label\n\0\0\0\1\2\3", "is no text"),
    ],
)
def test_files_of_other_kinds_are_named(write, content, message):
    path = write("")
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        table(path)


def test_a_folder_a_csv_named_parquet_and_an_unset_variable(write, tmp_path):
    path = write("path,label\na.png,x\n")
    with pytest.raises(DataError, match=r"is a folder; expected a \.csv or \.parquet table\. Read it with data=folder"):
        table(path.parent)
    path.rename(path.with_suffix(".parquet"))
    with pytest.raises(DataError, match=r"cannot be read as a Parquet file: .*if it is a text, name it \.csv"):
        table(path.with_suffix(".parquet"))
    with pytest.raises(DataError, match=r"data\.path is empty; expected a \.csv .*variable"):
        table("")
    with pytest.raises(DataError, match=r"data\.root is empty; expected the folder of the paths, or null"):
        table(write("path\na.png\n"), root="")


def test_a_photo_that_cannot_be_read_is_left_out_with_its_reason(write, monkeypatch):
    path = write("path,label\na.png,x\nsub/c.png,y\n")
    openly = os.open

    def refuse(file, *rest):
        if str(file).endswith("c.png"):
            raise PermissionError(13, "Permission denied", str(file))
        return openly(file, *rest)

    monkeypatch.setattr("components.data.hashing.os.open", refuse)
    found = table(path)
    assert list(found.path) == ["a.png"]
    assert found.left_out == {"sub/c.png": "cannot be read (Permission denied)"}
