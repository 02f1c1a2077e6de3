"""Distances, trees and cuts compared with SciPy, and the errors of a linkage."""

import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist
from sklearn.metrics import adjusted_rand_score

from components.clusterers import condensed_distances, cut_tree, linkage_tree
from components.errors import ConfigError


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_distances_equal_those_of_scipy(blobs, metric):
    vectors, _ = blobs(n=280)
    vectors[5] = vectors[7]
    np.testing.assert_allclose(condensed_distances(vectors, metric), pdist(vectors.astype(float), metric), atol=1e-7)


def test_trees_and_cuts_equal_those_of_scipy(blobs):
    vectors = blobs(n=60)[0].astype(float)
    tree, expected = linkage_tree(vectors), hierarchy.linkage(vectors, "ward")
    np.testing.assert_allclose(tree, expected, atol=1e-7)
    for k, labels in zip((7, 3), cut_tree(tree, [7, 3]), strict=True):
        assert adjusted_rand_score(hierarchy.fcluster(expected, k, "maxclust"), labels) == 1


def test_ward_with_cosine_distances_and_too_many_photos_raise(blobs, monkeypatch):
    with pytest.raises(ConfigError, match=r"Ward .* clusterer\.linkage=average or clusterer\.linkage=complete"):
        linkage_tree(blobs()[0], "ward", "cosine")
    monkeypatch.setattr("components.clusterers.linkage.MAX_VECTORS", 100)
    with pytest.raises(ConfigError, match=r"300 photos needs .* at most 100 .* clusterer=kmeans"):
        linkage_tree(blobs()[0])
