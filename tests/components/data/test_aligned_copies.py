"""Copies that are cropped or turned by some degrees, found by `near_duplicates="thorough"`."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from components.data import find_leaks, folder, inspect, load_pixels
from components.errors import ConfigError

N = 8


def scene(seed, width=160, height=120):
    """Coarse shapes are strong and fine ones faint, as in photos."""
    generator = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for octave in range(2, 7):
        noise = generator.integers(0, 256, (2**octave, 2**octave, 3), dtype=np.uint8)
        total += np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)) / 2 ** (
            octave - 1
        )
    return Image.fromarray(total.clip(0, 255).astype(np.uint8))


def cropped(photo, share):
    width, height = photo.size
    return photo.crop((width * share, height * share, width * (1 - share), height * (1 - share)))


CHANGES = {
    "cropped by 5 % an edge": lambda photo: cropped(photo, 0.05),
    "cropped by 10 % an edge": lambda photo: cropped(photo, 0.1),
    "turned by 3 degrees": lambda photo: photo.rotate(3, Image.Resampling.BICUBIC),
    "mirrored and cropped": lambda photo: cropped(ImageOps.mirror(photo), 0.05),
}


@pytest.fixture
def split(tmp_path):
    """Return a function that writes originals for training and one copy of each for the test."""

    def write(change):
        for side, made in (("train", lambda photo: photo), ("test", change)):
            (tmp_path / "photos" / side / "a").mkdir(parents=True)
            for seed in range(N):
                made(scene(seed)).save(tmp_path / "photos" / side / "a" / f"{seed}.png")
        return folder(tmp_path / "photos")

    return write


@pytest.mark.parametrize("change", CHANGES)
def test_copies_across_the_split_are_leaks_and_other_photos_are_not(split, change):
    photos = load_pixels(split(CHANGES[change]), size=64, near_duplicates="thorough")
    leaks = find_leaks(photos.manifest, photos)
    assert {(leak.left, leak.right) for leak in leaks} == {
        (f"train/a/{row}.png", f"test/a/{row}.png") for row in range(N)
    }


def test_what_was_done_is_told(split):
    manifest = split(lambda photo: cropped(ImageOps.mirror(photo), 0.1))
    photos = load_pixels(manifest, size=64, near_duplicates="thorough")
    assert len(photos.near_duplicates) == N
    for detail in photos.near_duplicates.details():
        assert detail.startswith("mirrored, cropped to 6")  # 64 % of the area are left


def test_the_fast_search_does_not_look_for_them_and_the_inspection_knows(split):
    manifest = split(CHANGES["cropped by 10 % an edge"])
    for search, expected in (("fast", 0), ("thorough", N)):
        photos = load_pixels(manifest, size=64, near_duplicates=search)
        assert len(photos.near_duplicates) == expected
        found = inspect(photos.manifest, photos, [])
        assert found.near_duplicate_search == search


def test_the_pairs_are_kept(split, monkeypatch):
    manifest = split(CHANGES["cropped by 5 % an edge"])
    first = load_pixels(manifest, size=64, near_duplicates="thorough")
    monkeypatch.setattr("components.data.pixels.find_aligned_copies", None)
    again = load_pixels(manifest, size=64, near_duplicates="thorough")
    assert list(again.near_duplicates.pairs()) == list(first.near_duplicates.pairs())
    assert again.key == load_pixels(manifest, size=64).key  # nothing is decoded again for another search


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_photos(tmp_path, n):
    (tmp_path / "photos" / "a").mkdir(parents=True)
    for seed in range(n):
        scene(seed).save(tmp_path / "photos" / "a" / f"{seed}.png")
    assert len(load_pixels(folder(tmp_path / "photos"), size=64, near_duplicates="thorough").near_duplicates) == 0


def test_another_word_is_refused(split):
    with pytest.raises(ConfigError, match=r"pixels.near_duplicates='slow': expected fast or thorough"):
        load_pixels(split(CHANGES["turned by 3 degrees"]), size=64, near_duplicates="slow")
