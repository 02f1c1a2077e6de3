"""Rendering: determinism, EXIF, images of every kind. Only small subsets are rendered."""

import hashlib
import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from components.waypoints.camera import Camera, cross
from components.waypoints.catalogue import Photo, catalogue
from components.waypoints.kinds import KINDS
from components.waypoints.photo import render
from components.waypoints.positions import METRES_PER_DEGREE
from components.waypoints.source import render_all

FEW = {kind: {"train": 1, "test": 1} for kind in KINDS}


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    return catalogue(0, FEW)


@pytest.fixture(scope="module")
def rendered(photos: list[Photo]) -> list[bytes]:
    return [render(photo) for photo in photos]


def test_pictures_are_jpeg_of_the_planned_size(photos: list[Photo], rendered: list[bytes]) -> None:
    for photo, raw in zip(photos, rendered, strict=True):
        with Image.open(io.BytesIO(raw)) as picture:
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", photo.size)
        assert photo.size in ((480, 360), (360, 480))
        assert 4_000 < len(raw) < 150_000


def test_pictures_show_something(rendered: list[bytes]) -> None:
    for raw in rendered:
        pixels = np.asarray(Image.open(io.BytesIO(raw)).convert("L"), dtype=float)
        assert pixels.std() > 8
        assert 25 < pixels.mean() < 235


def test_no_two_pictures_are_the_same(rendered: list[bytes]) -> None:
    assert len(set(rendered)) == len(rendered)


def test_the_object_is_in_the_picture(photos: list[Photo]) -> None:
    """Without its object, every photo looks different."""
    from dataclasses import replace

    from components.waypoints import photo as module
    from components.waypoints.kinds import Kind

    picked = [
        next(photo for photo in photos if photo.spot.kind == kind) for kind in ("camino_santiago", "cartel", "parque")
    ]
    for photo in picked:
        kind = KINDS[photo.spot.kind]
        with pytest.MonkeyPatch.context() as patch:
            bare = Kind(
                kind.label,
                kind.traits,
                lambda facts, random, build=kind.build: replace(build(facts, random), models=[]),
            )
            patch.setitem(module.KINDS, photo.spot.kind, bare)
            without = np.asarray(Image.open(io.BytesIO(render(photo))), dtype=float)
        changed = np.abs(np.asarray(Image.open(io.BytesIO(render(photo))), dtype=float) - without).max(axis=2) > 60
        assert 0.005 < changed.mean() < 0.9


def test_bytes_do_not_depend_on_the_workers(photos: list[Photo], rendered: list[bytes], tmp_path: Path) -> None:
    one = render_all(photos[:9], tmp_path / "one", workers=1)
    two = render_all(photos[:9], tmp_path / "two", workers=2)
    assert one == two == [hashlib.sha256(raw).hexdigest() for raw in rendered[:9]]
    for photo, raw in zip(photos[:9], rendered, strict=False):
        assert (tmp_path / "two" / photo.path).read_bytes() == raw


def test_a_stopped_rendering_goes_on(photos: list[Photo], tmp_path: Path) -> None:
    first = render_all(photos[:2], tmp_path, workers=1)
    before = [(tmp_path / photo.path).stat().st_mtime_ns for photo in photos[:2]]
    assert render_all(photos[:3], tmp_path, workers=1)[:2] == first
    assert [(tmp_path / photo.path).stat().st_mtime_ns for photo in photos[:2]] == before
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        Path(photo.path).name for photo in photos[:3]
    )


def test_another_seed_gives_other_pictures(rendered: list[bytes]) -> None:
    others = catalogue(1, {"cartel": {"train": 1, "test": 1}, "church": {"train": 1}})
    assert not {render(photo) for photo in others} & set(rendered)


def test_views_of_one_object_differ_but_share_its_position() -> None:
    photos = catalogue(0)
    thrice = next(photo.spot.object_id for photo in photos if photo.number == 2)
    views = [photo for photo in photos if photo.spot.object_id == thrice][:3]
    assert len({render(photo) for photo in views}) == 3
    for photo in views:
        north = (photo.latitude - photo.spot.latitude) * METRES_PER_DEGREE
        assert abs(north) < 20


def _degrees(values: tuple[float, float, float], reference: str) -> float:
    size = float(values[0]) + float(values[1]) / 60 + float(values[2]) / 3600
    return size if reference in "NE" else -size


def test_exif_tells_hour_and_the_cameras_position(photos: list[Photo], rendered: list[bytes]) -> None:
    having = 0
    for photo, raw in zip(photos, rendered, strict=True):
        exif = Image.open(io.BytesIO(raw)).getexif()
        if not photo.has_exif:
            assert not exif
            continue
        having += 1
        taken = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
        assert taken == photo.taken.strftime("%Y:%m:%d %H:%M:%S")
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef])
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef])
        north = (latitude - photo.spot.latitude) * METRES_PER_DEGREE
        east = (longitude - photo.spot.longitude) * METRES_PER_DEGREE * math.cos(math.radians(latitude))
        # Big things (churches, courts) are photographed from tens of metres away.
        assert 0.01 < math.hypot(north, east) < (120 if photo.spot.kind in ("church", "court", "pool") else 45)
    assert 0 < having < len(photos)


def test_camera_shows_its_target_in_the_middle() -> None:
    camera = Camera.looking(np.array([2.0, -5.0, 1.6]), np.array([0.0, 0.0, 1.0]), focal=400, size=(480, 360), roll=0.2)
    assert camera.outline(np.array([[0.0, 0.0, 1.0]] * 3)) == pytest.approx(np.array([[240.0, 180.0]] * 3))
    assert camera.axes @ camera.axes.T == pytest.approx(np.eye(3))
    behind = np.array([[4.0, -10.0, 1.0], [5.0, -11.0, 1.0], [4.0, -11.0, 1.0]])
    assert camera.outline(behind) is None


def test_camera_cuts_polygons_at_its_near_plane() -> None:
    camera = Camera.looking(np.array([0.0, -2.0, 1.0]), np.array([0.0, 0.0, 1.0]), focal=300, size=(480, 360))
    floor = np.array([[-1.0, -5.0, 0.0], [1.0, -5.0, 0.0], [1.0, 5.0, 0.0], [-1.0, 5.0, 0.0]])
    outline = camera.outline(floor)
    assert outline is not None
    assert len(outline) == 4
    assert np.isfinite(outline).all()
    assert outline[:, 1].min() > 180


def test_rays_and_pixels_agree() -> None:
    camera = Camera.looking(np.array([1.0, -4.0, 1.5]), np.array([0.0, 0.0, 0.5]), focal=320, size=(64, 48), roll=-0.1)
    rays = camera.rays()
    world = camera.position + rays[10, 50].astype(float) * 3.0
    assert camera.pixels(camera.view(world[None]))[0] == pytest.approx([50.5, 10.5], abs=1e-3)


def test_cross_is_numpys() -> None:
    random = np.random.default_rng(3)
    for a, b in random.normal(size=(20, 2, 3)):
        assert cross(a, b) == pytest.approx(np.cross(a, b))
