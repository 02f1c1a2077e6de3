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
