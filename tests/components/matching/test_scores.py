"""Scores of pairs compared with their definitions."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.data import Manifest, image_hashes
from components.location import great_circle_metres
from components.matching import LocalFeatures, Pairs, evidence
from components.matching.scores import CSLS_NEIGHBOURS


class Never:
    """An embedder that must not be called."""

    def embed_images(self, paths):
        pytest.fail("the vectors were passed")


def table(n, root=Path("nowhere")):
    at = np.linspace(40, 40.01, n)
    at[0] = np.nan
    return Manifest.of(root, {"path": [f"{row}.png" for row in range(n)], "latitude": at, "longitude": [-3.0] * n})


def unit(n, seed):
    vectors = np.random.default_rng(seed).standard_normal((n, 6)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def measured(use, left, right, pairs, vectors):
    return evidence(use, left, right, pairs, embedder=Never(), local=LocalFeatures(), vectors=vectors)


@pytest.mark.parametrize("n", [2, 8, 40])
def test_csls_of_one_set(n):
    photos, vectors = table(n), unit(n, 0)
    left, right = np.triu_indices(n, 1)
    found = measured(["cosine", "csls"], photos, photos, Pairs(left, right), (vectors, vectors))
    cosines = (vectors @ vectors.T).astype(float)
    np.testing.assert_allclose(found["cosine"], cosines[left, right], atol=1e-6)
    np.fill_diagonal(cosines, -2)
    crowd = np.sort(cosines, axis=1)[:, ::-1][:, : min(CSLS_NEIGHBOURS, n - 1)].mean(axis=1)
    np.testing.assert_allclose(found["csls"], 2 * cosines[left, right] - crowd[left] - crowd[right], atol=1e-6)


@pytest.mark.parametrize("n", [1, 5, 30])
def test_csls_of_two_sets(n):
    photos, others = table(3), table(n)
    asking, among = unit(3, 1), unit(n, 2)
    left, right = np.repeat(np.arange(3), n), np.tile(np.arange(n), 3)
    found = measured(["csls"], photos, others, Pairs(left, right), (asking, among))["csls"]
    between, within = (asking @ among.T).astype(float), (among @ among.T).astype(float)
    np.fill_diagonal(within, -2)
    of_left = np.sort(between, axis=1)[:, ::-1][:, :CSLS_NEIGHBOURS].mean(axis=1)
    of_right = np.sort(within, axis=1)[:, ::-1][:, : min(CSLS_NEIGHBOURS, n - 1)].mean(axis=1) if n > 1 else np.zeros(1)
    np.testing.assert_allclose(found, 2 * between[left, right] - of_left[left] - of_right[right], atol=1e-6)


def test_metres_are_great_circle_distances_and_missing_without_coordinates():
    photos = table(4)
    pairs = Pairs(np.array([0, 1, 2]), np.array([1, 2, 3]))
    found = measured(["metres"], photos, photos, pairs, None)["metres"]
    assert np.isnan(found[0])
    expected = great_circle_metres(photos.latitude[1], -3.0, photos.latitude[2], -3.0)
    assert found[1] == pytest.approx(float(expected))


def test_differing_bits_of_the_perceptual_hash(tmp_path):
    generator = np.random.default_rng(0)
    first = Image.fromarray(generator.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize((90, 90))
    first.save(tmp_path / "0.png")
    first.resize((64, 64)).save(tmp_path / "1.png")
    Image.fromarray(generator.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize((90, 90)).save(tmp_path / "2.png")
    photos = table(3, tmp_path)
    pairs = Pairs(np.array([0, 0]), np.array([1, 2]))
    found = measured(["phash"], photos, photos, pairs, None)["differing_bits"]
    hashes = image_hashes(photos.files).phash
    assert found.tolist() == [int(hashes[0] ^ hashes[row]).bit_count() for row in (1, 2)]
    assert found[0] < 8 < found[1]
