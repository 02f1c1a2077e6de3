"""One region as the test split, with and without the thesis's leak."""

from pathlib import Path

import numpy as np
import pytest

from components.data import Manifest, find_leaks, given, load_pixels, region
from components.errors import DataError


def manifest(tree):
    files = {f"{label}/{region}{number}.png": hash((label, region, number)) % 10_000
             for label in ("a", "b") for region in ("x", "y", "z") for number in range(6)}  # fmt: skip
    root = tree(files)
    paths = sorted(files)
    columns = {
        "path": paths,
        "label": [path[0] for path in paths],
        "group": [Path(path).name[0] for path in paths],
        "split": ["test" if int(path[-5]) > 3 else "train" for path in paths],
    }
    return Manifest.of(root, columns)


def test_without_the_leak_the_region_is_the_test_split_and_nothing_else(tree):
    found = region(manifest(tree), seed=0, test="y")
    assert set(found.group[found.rows("test")]) == {"y"}
    assert set(found.group[found.rows("train")]) == {"x", "z"}
    assert len(found.rows("test")) == 12


def test_with_the_leak_the_same_photos_are_tested_and_those_trained_on_are_reported(tree):
    made = manifest(tree)
    clean, leaking = region(made, seed=0, test="y"), region(made, seed=0, test="y", leak=True)
    np.testing.assert_array_equal(leaking.rows("test"), clean.rows("test"))
    ordinary = given(made, seed=0)
    for split in ("train", "validation"):
        np.testing.assert_array_equal(leaking.rows(split), ordinary.rows(split))
    both = set(leaking.rows("test")) & (set(leaking.rows("train")) | set(leaking.rows("validation")))
    assert len(both) == 8  # all of the region but its four test photos
    photos = load_pixels(made, size=16)
    named = [
        leak for leak in find_leaks(leaking.replace(sha256=photos.manifest.sha256), photos) if leak.left == leak.right
    ]
    assert {leak.left for leak in named} == {made.path[row] for row in both}
    assert not [
        leak for leak in find_leaks(clean.replace(sha256=photos.manifest.sha256), photos) if leak.left == leak.right
    ]
    with pytest.raises(DataError, match="no such region\\. Regions: x, y, z"):
        region(made, seed=0, test="w", leak=True)
