"""Projections: reproducible, neighbourhood-preserving, and usable for new photos."""

import importlib.util
import sys

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from components.errors import DataError, MissingExtraError
from components.projections import Pca, Tsne, Umap

needs_umap = pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is not installed")
FAST = Tsne(iterations=150)
# UMAP takes 25 s for any number of photos, most of it for compilation by numba.
KINDS = [Pca(), FAST, pytest.param(Umap(), marks=[needs_umap, pytest.mark.slow])]


@pytest.mark.parametrize("projection", KINDS, ids=["pca", "tsne", "umap"])
def test_equal_seeds_give_equal_results_and_new_photos_are_projected_near_similar_ones(blobs, projection):
    vectors, truth = blobs(n=160, noise=0.1)
    fitted = projection.fit(vectors[:130], seed=3)
    assert fitted.points.shape == (130, 2)
    assert fitted.description
    assert (projection.fit(vectors[:130], seed=3).points == fitted.points).all()
    new = fitted.transform(vectors[130:])
    assert new.shape == (30, 2)
    nearest = np.linalg.norm(new[:, None] - fitted.points[None], axis=2).argmin(axis=1)
    assert (truth[:130][nearest] == truth[130:]).mean() > 0.9


def test_tsne_keeps_neighbours_better_than_pca(blobs):
    vectors, _ = blobs(n=250, d=40, groups=7, noise=0.4)
    scores = [trustworthiness(vectors, projection.fit(vectors).points) for projection in (Pca(), FAST)]
    assert scores[1] > scores[0] + 0.02


def test_pca_equals_that_of_scikit_learn_and_reports_the_explained_variance(blobs):
    vectors, _ = blobs()
    fitted = Pca().fit(vectors)
    model = PCA(2).fit(vectors.astype(float))
    assert np.abs(fitted.points) == pytest.approx(np.abs(model.transform(vectors.astype(float))), abs=1e-8)
    assert f"{100 * model.explained_variance_ratio_.sum():.0f} %" in fitted.description


@pytest.mark.parametrize("projection", KINDS[:2], ids=["pca", "tsne"])
def test_too_few_photos_raise(blobs, projection):
    assert projection.fit(blobs(n=4)[0]).points.shape == (4, 2)
    with pytest.raises(DataError, match="at least 4 photos, found 3 photos"):
        projection.fit(blobs(n=3)[0])


def test_without_umap_the_extra_is_named(blobs, monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtraError, match=r"hito\[umap\]"):
        Umap().fit(blobs(n=20)[0])
