import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from components.data.image_hashes import ImageHashes, empty_hashes, write_hashes
from components.data.near_duplicates import COLUMNS, ROWS, find_near_duplicates


def hashes_of(photos):
    hashes = empty_hashes(len(photos))
    for row, photo in enumerate(photos):
        photo.info["original_size"] = photo.size
        write_hashes(photo, hashes, row)
    return hashes


def names(n):
    return np.array([f"{number:064x}" for number in range(n)], dtype=object)


def pairs(photos):
    return list(find_near_duplicates(hashes_of(photos), names(len(photos))).pairs())


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


CHANGES = {
    "resized": lambda photo: photo.resize((91, 67), Image.Resampling.BICUBIC),
    "brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.2),
    "flatter": lambda photo: ImageEnhance.Contrast(photo).enhance(0.7),
    "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(1)),
    "trimmed": lambda photo: photo.crop((1, 1, photo.width - 1, photo.height - 1)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found_and_another_photo_is_not(change):
    originals = [scene(seed) for seed in range(30)]
    changed = [CHANGES[change](photo) for photo in originals]
    found = pairs(originals + changed)
    assert set(found) <= {(row, row + 30) for row in range(30)}
    assert len(found) >= 28


def test_a_jpeg_of_low_quality_is_found(blotches, tmp_path):
    photos = [blotches(seed, 160, 120) for seed in range(10)]
    for row in range(10):
        photos[row].save(tmp_path / f"{row}.jpg", quality=30)
        photos.append(Image.open(tmp_path / f"{row}.jpg").convert("RGB"))
    assert pairs(photos) == [(row, row + 10) for row in range(10)]


def test_the_same_shape_in_another_colour_is_not_found(blotches):
    photo = blotches(1, 64, 64)
    red, green, blue = photo.split()
    other = Image.merge("RGB", (blue, green, red))
    hashes = hashes_of([photo, other])
    hashes.phash[1] = hashes.phash[0]  # the hash alone would match
    assert len(find_near_duplicates(hashes, names(2))) == 0


def test_photos_of_one_colour_match_nothing():
    assert pairs([Image.new("RGB", (40, 40), "black"), Image.new("RGB", (40, 40), "black")]) == []


def test_copies_of_the_same_bytes_count_once(blotches):
    photos = [blotches(1), blotches(1), blotches(1), CHANGES["brighter"](blotches(1))]
    sha256 = np.array(["a", "a", "a", "b"], dtype=object)
    found = find_near_duplicates(hashes_of(photos), sha256)
    assert list(found.pairs()) == [(0, 3)]


def test_no_photos_have_no_near_duplicates():
    assert len(find_near_duplicates(empty_hashes(0), names(0))) == 0


def test_every_block_of_a_large_set_is_compared():
    """Near duplicates around the borders of the blocks, none missed and none added."""
    n = COLUMNS + 2 * ROWS + 7
    generator = np.random.default_rng(0)
    hashes = ImageHashes(
        generator.integers(0, 2**64, n, dtype=np.uint64),
        generator.integers(0, 2**64, n, dtype=np.uint64),
        generator.integers(0, 256, (n, 16, 16, 3), dtype=np.uint8),
        np.ones((n, 2), np.int32),
    )
    expected = [(0, n - 1), (ROWS - 1, ROWS), (5, COLUMNS), (COLUMNS - 1, COLUMNS + 1), (ROWS + 3, COLUMNS + ROWS + 3)]
    for left, right in expected:
        hashes.phash[right] = hashes.phash[left] ^ np.uint64(0b1011)
        hashes.thumbnail[right] = hashes.thumbnail[left]
    found = find_near_duplicates(hashes, names(n))
    assert sorted(found.pairs()) == sorted(expected)
    assert set(found.distance.tolist()) == {3}
    np.testing.assert_allclose(found.correlation, 1, atol=1e-5)


def test_a_mirrored_copy_is_found_and_told(blotches):
    photos = [blotches(seed, 160 + seed, 120) for seed in range(20)]
    photos += [photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for photo in photos]
    found = find_near_duplicates(hashes_of(photos), names(40))
    assert list(found.pairs()) == [(row, row + 20) for row in range(20)]
    assert found.mirrored.all()
    assert all(detail.startswith("mirrored: ") for detail in found.details())
