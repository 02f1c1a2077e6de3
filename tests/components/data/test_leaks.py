import logging
import shutil

import numpy as np
import pytest

from components.data import check_leaks, find_leaks, folder, load_pixels, stratified
from components.errors import ConfigError, LeakError


@pytest.fixture
def clean(tree):
    files = {f"{split}/{name}/{row}.png": hash_of(split, name, row) for split in ("train", "test") for name in "ab"
             for row in range(6)}  # fmt: skip
    return tree(files)


def hash_of(split, name, row):
    return row + 100 * (split == "test") + 1000 * (name == "b")


def read(root):
    photos = load_pixels(folder(root), size=16)
    return photos.manifest, photos


def test_a_clean_split_has_no_leaks(clean):
    manifest, photos = read(clean)
    assert find_leaks(manifest, photos) == []
    assert check_leaks(manifest, photos, "error") == []


def test_the_same_bytes_on_both_sides(clean):
    shutil.copy(clean / "train/a/1.png", clean / "test/a/copia ñ.png")
    shutil.copy(clean / "train/a/1.png", clean / "train/a/again.png")  # on one side: no leak
    (leak,) = find_leaks(*read(clean))
    assert (leak.reason, leak.left, leak.right) == ("same bytes", "train/a/1.png", "test/a/copia ñ.png")
    assert (leak.left_split, leak.right_split) == ("train", "test")


def test_a_thousand_copies_are_a_leak_each_and_not_a_million(clean):
    for number in range(30):
        shutil.copy(clean / "train/a/1.png", clean / f"train/a/copy{number}.png")
        shutil.copy(clean / "train/a/1.png", clean / f"test/b/copy{number}.png")
    leaks = find_leaks(*read(clean))
    assert len(leaks) == 30
    assert len({leak.right for leak in leaks}) == 30


def test_near_duplicates_name_the_nearest(clean, blotches):
    original = blotches(hash_of("train", "b", 2))
    original.resize((96, 80)).save(clean / "test/b/large.jpg", quality=85)
    original.crop((1, 1, 47, 39)).save(clean / "train/b/trimmed.png")
    found = [leak for leak in find_leaks(*read(clean)) if leak.right == "test/b/large.jpg"]
    assert [leak.reason for leak in found] == ["near duplicate"]
    assert found[0].left == "train/b/2.png"
    assert "of 64 bits differ, correlation 0.9" in found[0].detail or "correlation 1.00" in found[0].detail


def test_a_near_duplicate_whose_first_copy_is_on_the_other_side(clean, blotches):
    """Of equal bytes only the first takes part in the comparison; the leak between the others counts all the same."""
    blotches(5000).save(clean / "test/a/first.png")
    shutil.copy(clean / "test/a/first.png", clean / "train/a/second.png")
    blotches(5000).resize((96, 80)).save(clean / "test/b/large.png")
    reasons = {(leak.left, leak.right): leak.reason for leak in find_leaks(*read(clean))}
    assert reasons == {
        ("train/a/second.png", "test/a/first.png"): "same bytes",
        ("train/a/second.png", "test/b/large.png"): "near duplicate",
    }


def test_the_same_object_on_both_sides(clean):
    manifest, photos = read(clean)
    ids = np.full(len(manifest), "", dtype=object)
    ids[manifest.rows_of(["train/a/0.png", "train/a/1.png", "test/a/0.png", "test/a/5.png"])] = "fuente de los leones"
    leaks = find_leaks(manifest.replace(object_id=ids), photos)
    assert [(leak.reason, leak.left, leak.right) for leak in leaks] == [
        ("same object", "train/a/0.png", "test/a/0.png"),
        ("same object", "train/a/0.png", "test/a/5.png"),
    ]
    assert str(leaks[0]).endswith("test/a/0.png (test): same object (fuente de los leones)")


def test_validation_is_a_side_of_its_own_and_photos_without_a_split_are_none(clean):
    shutil.copy(clean / "train/a/1.png", clean / "train/a/2.png")
    manifest, photos = read(clean)
    split = manifest.split.copy()
    row = manifest.rows_of(["train/a/2.png"])
    split[row] = "validation"
    (leak,) = find_leaks(manifest.replace(split=split), photos)
    assert (leak.left_split, leak.right_split) == ("train", "validation")
    split[row] = ""
    assert find_leaks(manifest.replace(split=split), photos) == []


def test_rows_in_another_order_leak_the_same(clean):
    shutil.copy(clean / "train/a/1.png", clean / "test/a/copy.png")
    manifest, photos = read(clean)
    shuffled = manifest.take(np.random.default_rng(0).permutation(len(manifest)))
    assert find_leaks(shuffled, photos) == find_leaks(manifest, photos)


def test_leaks_are_an_error_a_warning_or_ignored(clean, caplog):
    for number in range(12):
        shutil.copy(clean / "train/a/1.png", clean / f"test/a/copy{number:02}.png")
    manifest, photos = read(clean)
    with pytest.raises(LeakError) as caught:
        check_leaks(manifest, photos)
    message = str(caught.value)
    assert "12 pairs of photos are on different sides of the split (12 same bytes):" in message
    assert message.count("train/a/1.png (train) and test/a/copy") == 10
    assert "\n  and 2 more\n" in message
    assert "on_leak=warn" in message
    with caplog.at_level(logging.WARNING):
        assert len(check_leaks(manifest, photos, "warn")) == 12
    assert "12 pairs of photos" in caplog.text
    assert check_leaks(manifest, photos, "ignore") == []
    with pytest.raises(ConfigError, match="on_leak='stop': expected error, warn or ignore"):
        check_leaks(manifest, photos, "stop")


def test_one_leak_is_counted_in_the_singular(clean):
    shutil.copy(clean / "train/a/1.png", clean / "test/a/copy.png")
    with pytest.raises(LeakError, match=r"^1 pair of photos is on different sides of the split \(1 same bytes\):\n"):
        check_leaks(*read(clean))


def test_a_stratified_split_never_leaks_by_construction(tree, blotches):
    root = tree({f"{name}/{row}.png": row + 1000 * (name == "b") for name in "ab" for row in range(20)})
    for row in range(8):
        shutil.copy(root / f"a/{row}.png", root / f"a/copy of {row}.png")
        blotches(1000 + row).resize((96, 80)).save(root / f"b/large {row}.jpg", quality=85)
    photos = load_pixels(folder(root), size=16)
    for seed in range(5):
        assert check_leaks(stratified(photos.manifest, seed=seed), photos) == []
