import math

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from components.location import exif_position

GPS = ExifTags.GPS
settings.register_profile("files", suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


def parts(degrees):
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = (degrees - whole - minutes / 60) * 3600
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(round(seconds * 10_000), 10_000)


def photo(folder, gps, format="JPEG"):  # noqa: A002
    exif = Image.Exif()
    for key, value in gps.items():
        exif.get_ifd(ExifTags.IFD.GPSInfo)[key] = value
    path = folder / f"photo.{format.lower()}"
    Image.new("RGB", (40, 30), "teal").save(path, format=format, exif=exif.tobytes())
    return path


def block(latitude="40", longitude="3", north="N", east="W", **more):
    return {
        GPS.GPSLatitudeRef: north,
        GPS.GPSLatitude: parts(float(latitude)),
        GPS.GPSLongitudeRef: east,
        GPS.GPSLongitude: parts(float(longitude)),
    } | {getattr(GPS, key): value for key, value in more.items()}


@settings(settings.get_profile("files"))
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_written_position_is_read(tmp_path, latitude, longitude):
    gps = block(abs(latitude), abs(longitude), "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W")
    found = exif_position(photo(tmp_path, gps))
    if round(abs(latitude) * 3.6e7) == round(abs(longitude) * 3.6e7) == 0:
        assert "0° N 0° E" in str(found.reason)
        return
    assert found.known
    assert found.latitude == pytest.approx(latitude, abs=1e-7)
    assert found.longitude == pytest.approx(longitude, abs=1e-7)
    assert math.isnan(found.error_metres)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_every_format_with_exif_is_read(tmp_path, format):  # noqa: A002
    found = exif_position(photo(tmp_path, block(GPSHPositioningError=IFDRational(65, 10)), format))
    assert (found.latitude, found.longitude, found.error_metres) == (40, -3, 6.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({GPS.GPSLatitudeRef: None}, "latitude without a hemisphere"),
        ({GPS.GPSLongitudeRef: "N"}, "longitude without a hemisphere (E or W): 'N'"),
        ({GPS.GPSLongitude: None}, "no longitude"),
        ({GPS.GPSLatitude: (IFDRational(91, 1), IFDRational(0, 1), IFDRational(0, 1))}, "latitude of 91 degrees"),
        (
            {GPS.GPSLatitude: (IFDRational(40, 1), IFDRational(75, 1), IFDRational(0, 1))},
            "latitude of 40 75 0 (degrees, minutes, seconds)",
        ),
        ({GPS.GPSLatitude: (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0))}, "latitude"),
        (
            {GPS.GPSLatitude: parts(0.0), GPS.GPSLongitude: parts(0.0)},
            "exactly 0° N 0° E, which cameras write without a GPS fix",
        ),
    ],
)
def test_invalid_positions_are_reported(tmp_path, change, message):
    gps = {key: value for key, value in (block() | change).items() if value is not None}
    found = exif_position(photo(tmp_path, gps))
    assert not found.known
    assert str(found.reason).startswith("impossible EXIF position: ")
    assert message in str(found.reason)
    assert math.isnan(found.latitude)


def test_a_photo_without_position_and_files_that_are_not_photos(tmp_path):
    assert str(exif_position(photo(tmp_path, {})).reason) == "no EXIF position"
    (tmp_path / "text.jpg").write_text("hola")
    assert str(exif_position(tmp_path / "text.jpg").reason).startswith("unreadable: not an image")
    assert str(exif_position(tmp_path / "gone.jpg").reason).startswith("unreadable: ")


def test_hemispheres_may_be_lower_case_and_padded(tmp_path):
    assert exif_position(photo(tmp_path, block(north="s", east="e\0"))).latitude == -40


@pytest.mark.parametrize("error", [0, 20_000])
def test_implausible_positioning_errors_are_ignored(tmp_path, error):
    found = exif_position(photo(tmp_path, block(GPSHPositioningError=IFDRational(error, 1))))
    assert found.known
    assert math.isnan(found.error_metres)
