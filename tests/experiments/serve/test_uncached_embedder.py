"""Embeddings of uploads equal those of the embedder, and nothing of them is stored in its cache."""

import numpy as np
import pytest
from PIL import Image

from components.embedders import Cached
from components.storage import cache_folder
from experiments.serve.uncached_embedder import UncachedEmbedder


class Encoder:
    """Counts of the bytes of a file or a text, modulo 4; not of unit length."""

    dimension = 4
    inner = None
    name = "ab"

    def fingerprint(self):
        return self.name * 32

    def _encode(self, contents):
        counts = [np.bincount(np.frombuffer(content, np.uint8) % 4, minlength=4) for content in contents]
        yield np.arange(len(contents)), np.array(counts, np.float32) + 1

    def encode_images(self, paths):
        if self.inner is not None:
            self.inner.embed_images(paths)
        yield from self._encode([path.read_bytes() for path in paths])

    def encode_texts(self, texts):
        yield from self._encode([text.encode() for text in texts])


def stored():
    return {path: path.stat().st_size for path in cache_folder("embeddings").rglob("*") if path.is_file()}


@pytest.mark.parametrize("nested", [False, True])
def test_uploads_are_not_stored(tmp_path, nested):
    files = [tmp_path / f"{row}.png" for row in range(3)]
    for row, file in enumerate(files):
        Image.new("RGB", (9 + row, 9), (row * 40, 7, 3)).save(file)
    encoder = Encoder()
    if nested:
        encoder.inner = Cached(Encoder())  # two caches of one space would wait for each other
        encoder.inner.encoder.name = "cd"
    cached = Cached(encoder)
    uncached = UncachedEmbedder(cached, files[:1], ["one"])
    before = stored()
    assert before
    images, texts = uncached.embed_images([files[2], files[0], files[1]]), uncached.embed_texts(["two", "one"])
    assert stored() == before
    np.testing.assert_allclose(images, cached.embed_images([files[2], files[0], files[1]]), atol=1e-6)
    np.testing.assert_allclose(texts, cached.embed_texts(["two", "one"]), atol=1e-6)
    assert stored() != before
