"""The vectors of uploads are those of the embedder, and leave nothing in its cache."""

import numpy as np
import pytest
from PIL import Image

from components.embedders import Cached
from components.storage import cache_folder
from experiments.serve.uncached_embedder import UncachedEmbedder


class Encoder:
    """Vectors of the numbers in a file's bytes or a text's letters, of no particular length."""

    dimension = 4
    inner = None
    name = "ab"

    def fingerprint(self):
        return self.name * 32

    def _vectors(self, contents):
        yield (
            np.arange(len(contents)),
            np.array([np.bincount(np.frombuffer(one, np.uint8) % 4, minlength=4) + 1 for one in contents], np.float32),
        )

    def encode_images(self, paths):
        if self.inner is not None:
            self.inner.embed_images(paths)
        yield from self._vectors([one.read_bytes() for one in paths])

    def encode_texts(self, texts):
        yield from self._vectors([one.encode() for one in texts])


def kept():
    return {one: one.stat().st_size for one in cache_folder("embeddings").rglob("*") if one.is_file()}


@pytest.mark.parametrize("nested", [False, True])
def test_uploads_leave_nothing(tmp_path, nested):
    files = [tmp_path / f"{row}.png" for row in range(3)]
    for row, file in enumerate(files):
        Image.new("RGB", (9 + row, 9), (row * 40, 7, 3)).save(file)
    encoder = Encoder()
    if nested:
        encoder.inner = Cached(Encoder())  # another space: two at work on one would wait for each other
        encoder.inner.encoder.name = "cd"
    cached = Cached(encoder)
    unkept = UncachedEmbedder(cached, files[:1], ["one"])
    before = kept()
    assert before
    images, texts = unkept.embed_images([files[2], files[0], files[1]]), unkept.embed_texts(["two", "one"])
    assert kept() == before
    np.testing.assert_allclose(images, cached.embed_images([files[2], files[0], files[1]]), atol=1e-6)
    np.testing.assert_allclose(texts, cached.embed_texts(["two", "one"]), atol=1e-6)
    assert kept() != before
