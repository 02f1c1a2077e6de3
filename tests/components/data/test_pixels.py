import logging
import time

import numpy as np
import pytest
from PIL import Image

from components.data import NEAR_DUPLICATE_SET, Manifest, folder, load_pixels
from components.errors import ConfigError, DataError
from components.storage import cache_folder


def squash(path, size):
    return np.asarray(Image.open(path).convert("RGB").resize((size, size), Image.Resampling.BILINEAR))


def test_rows_are_the_photos_squashed_as_pillow_does(two_classes):
    manifest = folder(two_classes)
    photos = load_pixels(manifest, size=24)
    assert photos.array.shape == (20, 24, 24, 3)
    assert photos.array.dtype == np.uint8
    assert isinstance(photos.array, np.memmap)
    for row, file in enumerate(manifest.files):
        np.testing.assert_array_equal(photos.array[row], squash(file, 24))
    assert (photos.hashes.size == (48, 40)).all()
    assert len(photos) == len(photos.hashes) == 20


def test_crop_takes_the_middle_of_the_longer_side(tmp_path):
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = np.random.default_rng(0).integers(0, 256, (20, 20, 3))
    (tmp_path / "a").mkdir()
    Image.fromarray(wide).save(tmp_path / "a" / "wide.png")
    Image.fromarray(wide.transpose(1, 0, 2)).save(tmp_path / "a" / "tall.png")
    manifest = folder(tmp_path)
    found = load_pixels(manifest, size=20, resize="crop")
    wide_row, tall_row = manifest.rows_of(["a/wide.png", "a/tall.png"])
    np.testing.assert_array_equal(found.array[wide_row], wide[:, 20:40])
    np.testing.assert_array_equal(found.array[tall_row], wide[:, 20:40].transpose(1, 0, 2))


def test_cached_pixels_are_opened_without_decoding(two_classes, monkeypatch):
    manifest = folder(two_classes)
    first = load_pixels(manifest, size=24)
    monkeypatch.setattr("components.data.pixel_cache.decode_all", None)
    began = time.monotonic()
    again = load_pixels(manifest, size=24)
    assert time.monotonic() - began < 1
    np.testing.assert_array_equal(first.array, again.array)
    assert first.key == again.key
    assert not again.array.flags.writeable


def test_the_key_depends_on_content_order_size_and_resize_and_not_on_names(two_classes, tmp_path):
    manifest = folder(two_classes)
    key = load_pixels(manifest, size=24).key
    two_classes.rename(tmp_path / "moved")
    moved = folder(tmp_path / "moved")
    assert load_pixels(moved, size=24).key == key
    others = {
        load_pixels(moved, size=25).key,
        load_pixels(moved, size=24, resize="crop").key,
        load_pixels(moved.take(np.arange(20)[::-1]), size=24).key,
        load_pixels(moved.take(np.arange(19)), size=24).key,
    }
    assert len(others | {key}) == 5


def test_workers_do_not_change_the_result(two_classes, monkeypatch, tmp_path):
    manifest = folder(two_classes)
    single = load_pixels(manifest, size=24, workers=1)
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "another"))
    four = load_pixels(manifest, size=24, workers=4)
    np.testing.assert_array_equal(single.array, four.array)
    np.testing.assert_array_equal(single.hashes.phash, four.hashes.phash)


def break_three(root, blotches):
    (root / "fuente/1.png").write_bytes(b"")
    (root / "mural/3.png").write_text("not a photo")
    blotches(5).save(root / "mural/4.jpg")
    (root / "mural/4.jpg").write_bytes((root / "mural/4.jpg").read_bytes()[:-300])


def test_unreadable_photos_are_skipped_named_and_cached(two_classes, blotches, caplog, monkeypatch):
    break_three(two_classes, blotches)
    manifest = folder(two_classes)
    with caplog.at_level(logging.WARNING):
        photos = load_pixels(manifest, size=24)
    assert "3 of 21 photos" in caplog.text
    assert "fuente/1.png: empty file (0 bytes)" in caplog.text
    monkeypatch.setattr("components.data.pixel_cache.decode_all", None)
    for found in (photos, load_pixels(manifest, size=24)):
        assert len(found) == len(found.manifest) == len(found.hashes) == 18
        assert set(found.manifest.left_out) == {"fuente/1.png", "mural/3.png", "mural/4.jpg"}
        assert found.manifest.left_out["mural/4.jpg"].startswith("cut short")
        for row, file in enumerate(found.manifest.files):
            np.testing.assert_array_equal(found.array[row], squash(file, 24))


def test_unreadable_photos_are_an_error_on_request(two_classes, blotches):
    break_three(two_classes, blotches)
    manifest = folder(two_classes)
    for _ in range(2):  # decoded, and from the cache
        with pytest.raises(DataError, match=r"(?s)3 of 21 photos.*mural/3.png: not an image.*pixels.on_error=skip"):
            load_pixels(manifest, size=24, on_error="raise")


def test_nothing_readable_and_nothing_at_all(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.jpg").write_text("not a photo")
    with pytest.raises(DataError, match=r"(?s)x.jpg: not an image.*No photos are left"):
        load_pixels(folder(tmp_path), size=24)
    with pytest.raises(DataError, match="no photos to decode"):
        load_pixels(Manifest.of(tmp_path, {"path": []}), size=24)


def test_missing_hashes_are_filled(two_classes):
    manifest = folder(two_classes)
    blank = manifest.replace(sha256=np.where(np.arange(20) % 2, manifest.sha256, "").astype(object))
    assert load_pixels(blank, size=24).key == load_pixels(manifest, size=24).key


def test_a_missing_file_is_named(two_classes):
    manifest = folder(two_classes)
    gone = manifest.replace(sha256=np.full(20, "", dtype=object))
    manifest.files[3].unlink()
    with pytest.raises(DataError, match=f"{manifest.path[3]}: cannot be read"):
        load_pixels(gone, size=24)


def test_near_duplicates_are_named_in_the_manifest(two_classes, blotches):
    blotches(3).resize((96, 80)).save(two_classes / "fuente" / "3 grande.jpg", quality=90)
    photos = load_pixels(folder(two_classes), size=24)
    first = {
        path: name
        for path, name in zip(photos.manifest.path, photos.manifest.extra[NEAR_DUPLICATE_SET], strict=True)
        if name
    }
    assert first == {"fuente/3.png": "fuente/3 grande.jpg", "fuente/3 grande.jpg": "fuente/3 grande.jpg"}


def test_interrupted_decoding_leaves_no_files(two_classes, monkeypatch):
    def fail(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("components.data.pixel_cache.find_near_duplicates", fail)
        with pytest.raises(KeyboardInterrupt):
            load_pixels(folder(two_classes), size=24)
    assert not list(cache_folder("pixels").iterdir())
    assert len(load_pixels(folder(two_classes), size=24)) == 20


def test_too_little_disk_space_is_an_error_before_anything_is_written(two_classes):
    with pytest.raises(DataError, match=r"20 photos of 1000000 x 1000000 pixels take .* GiB .* HITO_CACHE"):
        load_pixels(folder(two_classes), size=1_000_000)


@pytest.mark.parametrize(("name", "value"), [("resize", "pad"), ("on_error", "ignore"), ("size", 0)])
def test_invalid_arguments_are_named(two_classes, name, value):
    with pytest.raises(ConfigError, match=f"pixels.{name}={value!r}"):
        load_pixels(folder(two_classes), **{name: value})
