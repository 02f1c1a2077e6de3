"""Layouts: the same for a seed, neighbours stay neighbours, new photos land among their like."""

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
# Of UMAP's time nearly all is numba compiling it: 25 s whatever the number of photos.
KINDS = [Pca(), FAST, pytest.param(Umap(), marks=[needs_umap, pytest.mark.slow])]


@pytest.mark.parametrize("projection", KINDS, ids=["pca", "tsne", "umap"])
def test_same_seed_same_layout_and_new_photos_land_among_their_like(blobs, projection):
    vectors, truth = blobs(n=160, noise=0.1)
    layout = projection.fit(vectors[:130], seed=3)
    assert layout.points.shape == (130, 2)
    assert layout.about
    assert (projection.fit(vectors[:130], seed=3).points == layout.points).all()
    new = layout.transform(vectors[130:])
    assert new.shape == (30, 2)
    nearest = np.linalg.norm(new[:, None] - layout.points[None], axis=2).argmin(axis=1)
    assert (truth[:130][nearest] == truth[130:]).mean() > 0.9


def test_tsne_keeps_neighbours_better_than_pca(blobs):
    vectors, _ = blobs(n=250, d=40, groups=7, noise=0.4)
    kept = [trustworthiness(vectors, one.fit(vectors).points) for one in (Pca(), FAST)]
    assert kept[1] > kept[0] + 0.02


def test_pca_is_scikit_learns_and_says_what_it_keeps(blobs):
    vectors, _ = blobs()
    layout = Pca().fit(vectors)
    model = PCA(2).fit(vectors.astype(float))
    assert np.abs(layout.points) == pytest.approx(np.abs(model.transform(vectors.astype(float))), abs=1e-8)
    assert f"{100 * model.explained_variance_ratio_.sum():.0f} %" in layout.about


@pytest.mark.parametrize("projection", KINDS[:2], ids=["pca", "tsne"])
def test_few_photos(blobs, projection):
    assert projection.fit(blobs(n=4)[0]).points.shape == (4, 2)
    with pytest.raises(DataError, match="3 photos"):
        projection.fit(blobs(n=3)[0])


def test_without_umap_the_extra_is_named(blobs, monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtraError, match=r"hito\[umap\]"):
        Umap().fit(blobs(n=20)[0])
