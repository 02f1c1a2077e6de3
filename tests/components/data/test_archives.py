import io
import tarfile
import zipfile

import pytest

from components.data import archive, folder
from components.errors import DataError
from components.storage import cache_folder

FILES = {"train/mojón/una foto.png": 1, "train/cartel/b.png": 2, "test/cartel/c.png": 3}


def pack(root, target, prefix=""):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w") as packed:
            for path in files:
                packed.write(path, prefix + str(path.relative_to(root)))
    else:
        with tarfile.open(target, "w:" + target.suffix.strip(".").replace("tar", "")) as packed:
            packed.add(root, prefix or ".")
    return target


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
@pytest.mark.parametrize("prefix", ["", "my photos/"])
def test_every_kind_gives_what_the_folder_gives(tree, tmp_path, name, prefix):
    root = tree(FILES)
    found = archive(pack(root, tmp_path / name, prefix))
    expected = folder(root)
    assert found.fingerprint() == expected.fingerprint()
    assert found.origin == f"archive {name}"
    assert str(found.root).startswith(str(cache_folder("archives")))


def test_it_is_unpacked_once(tree, tmp_path):
    path = pack(tree(FILES), tmp_path / "a.zip")
    first = archive(path)
    (marked,) = (file for file in first.files if file.name == "c.png")
    before = marked.stat().st_mtime_ns
    path.rename(tmp_path / "renamed.zip")
    again = archive(tmp_path / "renamed.zip")
    assert again.root == first.root
    assert marked.stat().st_mtime_ns == before
    assert len(list(cache_folder("archives").iterdir())) == 1


def test_a_table_inside_lists_the_photos(tree, tmp_path):
    root = tree({"img/a.png": 1, "img/b.png": 2, "img/c.png": 3})
    (root / "fotos.csv").write_text("foto,label\nimg/a.png,x\nimg/b.png,y\n", encoding="utf-8")
    path = pack(root, tmp_path / "a.zip", "wrap/")
    found = archive(path, columns={"foto": "path"})
    assert dict(zip(found.path, found.label, strict=True)) == {"img/a.png": "x", "img/b.png": "y"}
    by_folder = archive(path, table=None)
    assert len(by_folder) == 3
    assert by_folder.classes == ("img",)
    assert "fotos.csv" in by_folder.left_out
    with pytest.raises(DataError, match=r"data\.table=otra.csv: not at the top of .*a\.zip; tables there: fotos.csv"):
        archive(path, table="otra.csv")
    (root / "second.csv").write_text("path\nimg/a.png\n", encoding="utf-8")
    path = pack(root, tmp_path / "b.zip")
    with pytest.raises(DataError, match=r"contains several tables .fotos.csv, second.csv"):
        archive(path)
    assert len(archive(path, table="second.csv")) == 1


def zip_of(path, name, content=b"x", attributes=0):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = attributes
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(entry, content)
    return path


def tar_of(path, name, kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size = kind, link, 0 if kind != tarfile.REGTYPE else 1
    with tarfile.open(path, "w") as packed:
        packed.addfile(entry, io.BytesIO(b"x"))
    return path


@pytest.mark.parametrize("name", ["../out.png", "a/../../out.png", "/out.png", "..\\out.png", "C:\\out.png"])
def test_members_that_would_be_written_outside_are_refused(tmp_path, name):
    for path in (zip_of(tmp_path / "a.zip", name), tar_of(tmp_path / "a.tar", name)):
        with pytest.raises(
            DataError, match="would be written outside the target folder; nothing was unpacked"
        ) as caught:
            archive(path)
        assert repr(name) in str(caught.value)
    assert not list(tmp_path.rglob("out.png"))
    assert not list(cache_folder("archives").iterdir())


@pytest.mark.parametrize(
    ("kind", "description"),
    [(tarfile.SYMTYPE, "a symbolic link"), (tarfile.LNKTYPE, "a hard link"), (tarfile.FIFOTYPE, "a device")],
)
def test_links_and_devices_are_refused(tmp_path, kind, description):
    with pytest.raises(DataError, match=f"'a/b.png' is {description}"):
        archive(tar_of(tmp_path / "a.tar", "a/b.png", kind, "/etc/passwd"))
    assert not list(cache_folder("archives").iterdir())


def test_a_link_in_a_zip_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"'a.png' is a symbolic link"):
        archive(zip_of(tmp_path / "a.zip", "a.png", b"/etc/passwd", 0o120777 << 16))


def test_the_size_unpacked_is_limited_by_what_is_written(tmp_path):
    bomb = tmp_path / "a.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/b.png", bytes(5_000_000))
    assert bomb.stat().st_size < 10_000
    with pytest.raises(DataError, match=r"more than 0\.004 GB unpacked: .* raise data\.max_gigabytes"):
        archive(bomb, max_gigabytes=0.004)
    assert not list(cache_folder("archives").iterdir())


def test_broken_files_and_other_formats_are_named(tree, tmp_path):
    path = pack(tree(FILES), tmp_path / "a.tar.gz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"a.tar.gz"):
        archive(path)
    (tmp_path / "a.rar").write_bytes(b"Rar!1234")
    with pytest.raises(DataError, match=r"a\.rar is not a ZIP or tar file"):
        archive(tmp_path / "a.rar")
    with pytest.raises(DataError, match=r"data\.path=.*none\.zip: there is no such file"):
        archive(tmp_path / "none.zip")
    assert not list(cache_folder("archives").iterdir())


def test_an_archive_without_photos_is_named(tmp_path):
    with pytest.raises(DataError, match="contains no photos"):
        archive(zip_of(tmp_path / "a.zip", "a/notes.txt"))
