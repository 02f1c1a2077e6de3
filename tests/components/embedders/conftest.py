"""Photos, and an encoder without weights that logs what it embeds."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.embedders import Cached
from components.errors import ConfigError


class LoggedEncoder:
    """Vectors from the hash of the content, one per batch; logs a line for each vector computed."""

    dimension = 8

    def __init__(self, log, name="logged", texts=True):
        self.log, self.name, self.texts = Path(log), name, texts

    def fingerprint(self):
        return hashlib.sha256(self.name.encode()).hexdigest()

    def _batch(self, row, content, name):
        with self.log.open("a") as log:
            log.write(f"{name}\n")
        seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
        return np.array([row]), np.random.default_rng(seed).normal(size=(1, self.dimension)).astype(np.float32)

    def encode_images(self, paths):
        for row, path in enumerate(paths):
            yield self._batch(row, path.read_bytes(), path.name)

    def encode_texts(self, texts):
        if not self.texts:
            raise ConfigError("photos only")
        for row, text in enumerate(texts):
            yield self._batch(row, text.encode(), text)

    @property
    def computed(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def logged(tmp_path):
    """A new encoder with its log."""
    return LoggedEncoder(tmp_path / "log")


@pytest.fixture
def embedder(logged):
    return Cached(logged)


@pytest.fixture
def make_photos(tmp_path):
    """Write `count` different small photos; returns their paths."""

    def make(count, start=0, side=40):
        folder = tmp_path / "photos"
        folder.mkdir(exist_ok=True)
        paths = []
        for seed in range(start, start + count):
            coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
            path = folder / f"{seed:04}.png"
            Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path)
            paths.append(path)
        return paths

    return make


@pytest.fixture
def stored():
    """Folders of the cache, one per embedder."""

    def folders():
        return sorted((Path(os.environ["HITO_CACHE"]) / "embeddings").iterdir())

    return folders
