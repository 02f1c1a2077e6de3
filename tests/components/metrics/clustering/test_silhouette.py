"""Silhouettes from one pass, and from sums, against scikit-learn's."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from components.errors import ConfigError
from components.metrics import silhouettes


def made(n, d, seed):
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), generator


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_each_is_scikit_learns(metric, monkeypatch):
    vectors, generator = made(240, 16, 0)
    vectors[3] = vectors[4]
    labels = np.stack([generator.integers(0, k, 240) for k in (2, 5, 9, 40)])
    labels[3, :5] = [41, 42, 43, 44, 45]  # clusters of one, and numbers that are left out
    expected = [silhouette_samples(vectors.astype(float), one, metric=metric) for one in labels]
    np.testing.assert_allclose(silhouettes(vectors, labels, metric), expected, atol=1e-6)
    monkeypatch.setattr(sys.modules["components.metrics.clustering.silhouette"], "CHUNK_ELEMENTS", 3000)
    np.testing.assert_allclose(silhouettes(vectors, labels, metric), expected, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 40), st.integers(2, 6), st.integers(0, 10_000), st.sampled_from(["euclidean", "cosine"]))
def test_for_any_partition(n, k, seed, metric):
    vectors, generator = made(n, 5, seed)
    labels = generator.integers(0, k, n)
    found = silhouettes(vectors, labels[None], metric)[0]
    if not 1 < len(np.unique(labels)) < n:
        assert np.isnan(found).all() or len(np.unique(labels)) == n
        return
    np.testing.assert_allclose(found, silhouette_samples(vectors.astype(float), labels, metric=metric), atol=1e-6)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_noise_has_none_and_counts_for_none(metric):
    vectors, generator = made(120, 8, 1)
    labels = generator.integers(0, 4, 120)
    labels[::7] = -1
    found = silhouettes(vectors, labels[None], metric)[0]
    assert np.isnan(found[::7]).all()
    kept = labels >= 0
    expected = silhouette_samples(vectors[kept].astype(float), labels[kept], metric=metric)
    np.testing.assert_allclose(found[kept], expected, atol=1e-6)
    assert np.isnan(silhouettes(vectors, np.full((1, 120), -1), metric)).all()


def test_a_device_without_double_precision_is_refused():
    with pytest.raises(ConfigError, match="device=cpu"):
        silhouettes(made(4, 2, 0)[0], np.zeros((1, 4), dtype=np.int64), device="mps")
