import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter
from scipy.fft import dctn
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as scipy_components

from components.data.connected_components import connected_components, equal_pairs
from components.data.image_hashes import ImageHashes, empty_hashes, phash, write_hashes
from components.data.near_duplicates import COLUMNS, ROWS, find_near_duplicates


def image_hashes(photos):
    looks = empty_hashes(len(photos))
    for row, photo in enumerate(photos):
        photo.info["original_size"] = photo.size
        write_hashes(photo, looks, row)
    return looks


def names(n):
    return np.array([f"{number:064x}" for number in range(n)], dtype=object)


def pairs(photos):
    return list(find_near_duplicates(image_hashes(photos), names(len(photos))).pairs())


@pytest.mark.parametrize("seed", range(5))
def test_the_hash_is_that_of_the_dct(blotches, seed):
    photo = blotches(seed, 32, 32)
    low = dctn(np.asarray(photo.convert("L"), dtype=float), type=2)[:8, :8].ravel()
    # dctn scales every coefficient alike, so the comparison with the median is the same.
    bits = "".join("1" if one > np.median(low) else "0" for one in low)
    assert f"{int(phash(photo)):064b}" == bits


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
def test_a_changed_copy_is_a_twin_and_another_photo_is_not(change):
    originals = [scene(seed) for seed in range(30)]
    changed = [CHANGES[change](photo) for photo in originals]
    found = pairs(originals + changed)
    assert set(found) <= {(row, row + 30) for row in range(30)}
    assert len(found) >= 28


def test_a_jpeg_of_low_quality_is_a_twin(blotches, tmp_path):
    photos = [blotches(seed, 160, 120) for seed in range(10)]
    for row in range(10):
        photos[row].save(tmp_path / f"{row}.jpg", quality=30)
        photos.append(Image.open(tmp_path / f"{row}.jpg").convert("RGB"))
    assert pairs(photos) == [(row, row + 10) for row in range(10)]


def test_the_same_shape_in_another_colour_is_no_twin(blotches):
    photo = blotches(1, 64, 64)
    red, green, blue = photo.split()
    other = Image.merge("RGB", (blue, green, red))
    looks = image_hashes([photo, other])
    looks.phash[1] = looks.phash[0]  # were the hash alone to decide, they would be
    assert len(find_near_duplicates(looks, names(2))) == 0


def test_photos_of_one_colour_resemble_nothing():
    assert pairs([Image.new("RGB", (40, 40), "black"), Image.new("RGB", (40, 40), "black")]) == []


def test_copies_of_the_same_bytes_count_once(blotches):
    photos = [blotches(1), blotches(1), blotches(1), CHANGES["brighter"](blotches(1))]
    sha256 = np.array(["a", "a", "a", "b"], dtype=object)
    twins = find_near_duplicates(image_hashes(photos), sha256)
    assert list(twins.pairs()) == [(0, 3)]


def test_no_photos_have_no_twins():
    assert len(find_near_duplicates(empty_hashes(0), names(0))) == 0


def test_every_block_of_a_large_set_is_compared():
    """NearDuplicates placed around the borders of the blocks, against the obvious double loop on the hashes."""
    n = COLUMNS + 2 * ROWS + 7
    generator = np.random.default_rng(0)
    looks = ImageHashes(
        generator.integers(0, 2**64, n, dtype=np.uint64),
        generator.integers(0, 256, (n, 16, 16, 3), dtype=np.uint8),
        np.ones((n, 2), np.int32),
    )
    planted = [(0, n - 1), (ROWS - 1, ROWS), (5, COLUMNS), (COLUMNS - 1, COLUMNS + 1), (ROWS + 3, COLUMNS + ROWS + 3)]
    for left, right in planted:
        looks.phash[right] = looks.phash[left] ^ np.uint64(0b1011)
        looks.thumbnail[right] = looks.thumbnail[left]
    twins = find_near_duplicates(looks, names(n))
    assert sorted(twins.pairs()) == sorted(planted)
    assert set(twins.distance.tolist()) == {3}
    np.testing.assert_allclose(twins.correlation, 1, atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_joining_is_that_of_scipy(case):
    n, linked = case
    rows, columns = (np.array(one, dtype=int) for one in (zip(*linked, strict=True) if linked else ([], [])))
    graph = coo_array((np.ones(len(linked)), (rows, columns)), shape=(n, n))
    _, expected = scipy_components(graph, directed=False)
    found = connected_components(n, linked)
    assert [[one == other for other in found] for one in found] == [[a == b for b in expected] for a in expected]
    assert all(found[row] == np.flatnonzero(found == found[row])[0] for row in range(n))


def test_equal_values_are_paired_with_the_first_and_empty_ones_are_not():
    assert equal_pairs(["a", "", "b", "a", "", "a"]) == [(0, 3), (0, 5)]
