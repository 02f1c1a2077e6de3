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
