"""One tree cut for every k against scikit-learn's refits, and the clusterers that are scikit-learn's."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from components.clusterers import Agglomerative, Hdbscan, Mixture, Spectral, by_size, pair_distances
from components.errors import ConfigError

KS = list(range(1, 15))


@pytest.mark.parametrize(
    ("linkage", "metric"),
    [("ward", "euclidean"), ("average", "euclidean"), ("complete", "euclidean"), ("average", "cosine"),
     ("complete", "cosine")],
)  # fmt: skip
def test_every_cut_is_a_refit_of_scikit_learn(blobs, linkage, metric):
    vectors, _ = blobs(n=350, noise=0.7)
    found = Agglomerative(linkage, metric).partitions(vectors, KS, [0, 1])
    assert found.shape == (2, len(KS), 350)
    assert (found[0] == found[1]).all()
    for place, k in enumerate(KS):
        reference = AgglomerativeClustering(k, linkage=linkage, metric=metric).fit_predict(vectors.astype(np.float64))
        assert adjusted_rand_score(reference, found[0, place]) == 1
        assert sorted(np.unique(found[0, place])) == list(range(k))


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_distances_are_scipys(blobs, metric):
    vectors, _ = blobs(n=280)
    vectors[5] = vectors[7]
    np.testing.assert_allclose(pair_distances(vectors, metric), pdist(vectors.astype(float), metric), atol=1e-7)


def test_every_photo_its_own_cluster_and_single_photos():
    vectors = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    assert sorted(Agglomerative().partitions(vectors, [6], [0])[0, 0]) == list(range(6))
    assert Agglomerative().partitions(vectors[:1], [1], [0]).tolist() == [[[0]]]


def test_ward_with_cosines_and_too_many_photos_are_refused(blobs, monkeypatch):
    with pytest.raises(ConfigError, match="Ward"):
        Agglomerative("ward", "cosine").partitions(blobs()[0], [2], [0])
    monkeypatch.setattr("components.clusterers.trees.LARGEST", 100)
    with pytest.raises(ConfigError, match="300 photos needs"):
        Agglomerative().partitions(blobs()[0], [2], [0])


def test_hdbscan_is_scikit_learns_with_its_noise(blobs):
    vectors, _ = blobs(n=200, d=6, noise=0.3)
    found = Hdbscan(min_cluster_size=10).partitions(vectors, [1], [0, 1])
    assert (found[0, 0] == HDBSCAN(min_cluster_size=10, copy=True).fit_predict(vectors)).all()
    assert Hdbscan.finds_k
    assert (found == -1).any()


@pytest.mark.parametrize("clusterer", [Spectral(), Mixture()], ids=["spectral", "mixture"])
def test_others_find_groups_that_are_well_apart(blobs, clusterer):
    vectors, truth = blobs(n=160, noise=0.1)
    found = clusterer.partitions(vectors, [1, 4], [0, 0])
    assert (found[0] == found[1]).all()
    assert set(found[0, 0]) == {0}
    assert adjusted_rand_score(truth, found[0, 1]) == 1


def test_a_graph_in_parts_is_said(blobs, caplog):
    vectors, _ = blobs(n=60, noise=0.02)
    Spectral(n_neighbors=3).partitions(vectors, [4], [0])
    assert "falls into" in caplog.text


def test_numbering_by_size():
    assert by_size(np.array([7, 7, 2, 2, 2, -1, 5, 5])).tolist() == [1, 1, 0, 0, 0, -1, 2, 2]
