import pytest
from PIL import ExifTags, Image

from components.data import UnreadableError, read_exif


@pytest.mark.parametrize("extension", ["jpg", "png", "heic"])
def test_camera_and_position_are_read(blotches, tmp_path, extension):
    import pillow_heif

    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    path = tmp_path / f"a.{extension}"
    if extension == "heic":
        pillow_heif.from_pillow(blotches(0, 64, 64)).save(path, exif=exif.tobytes())
    else:
        blotches(0).save(path, exif=exif)
    found = read_exif(path)
    assert found[ExifTags.Base.Model] == "camera"
    assert found.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"


def test_a_photo_without_exif_has_an_empty_block(blotches, tmp_path):
    blotches(0).save(tmp_path / "a.png")
    assert len(read_exif(tmp_path / "a.png")) == 0


def test_other_files_and_missing_files_are_unreadable(tmp_path):
    (tmp_path / "a.jpg").write_text("Hola, esto no es una foto")
    with pytest.raises(UnreadableError, match="not an image"):
        read_exif(tmp_path / "a.jpg")
    with pytest.raises(UnreadableError, match="No such file"):
        read_exif(tmp_path / "b.jpg")


@pytest.mark.parametrize("where", ["before the pixels", "after the pixels"])
def test_the_block_of_a_png_is_found_without_decoding(blotches, tmp_path, monkeypatch, where):
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "camera"
    path = tmp_path / "a.png"
    blotches(0).save(path, exif=exif)
    content = path.read_bytes()
    start = content.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(content[start : start + 4], "big")
    if where == "after the pixels":
        path.write_bytes(content[:start] + content[end:-12] + content[start:end] + content[-12:])
        assert path.read_bytes().index(b"IDAT") < path.read_bytes().index(b"eXIf")
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", None)
    assert read_exif(path)[ExifTags.Base.Model] == "camera"


def test_a_png_that_is_cut_short_has_an_empty_block(blotches, tmp_path):
    blotches(0).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:-30])
    assert len(read_exif(tmp_path / "a.png")) == 0
