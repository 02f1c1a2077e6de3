"""Synthetic photos: random blotches of colour, different for each seed."""

import numpy as np
import pytest
from PIL import Image


def blotches(seed, width=48, height=40):
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture(name="blotches")
def _blotches():
    return blotches


@pytest.fixture
def tree(tmp_path):
    """Return a function that creates a folder of photos from {path: seed}."""

    def make(files, name="photos"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, seed in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            blotches(seed).save(root / path)
        return root

    return make


@pytest.fixture
def two_classes(tree):
    """Twelve photos of `fuente` and eight of `mural`, without a split."""
    files = {f"fuente/{number}.png": number for number in range(12)}
    return tree(files | {f"mural/{number}.png": 100 + number for number in range(8)})
