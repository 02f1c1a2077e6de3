"""One tree, cut for every number of clusters, compared with a fit of scikit-learn for each."""

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from components.clusterers import Agglomerative

KS = list(range(1, 15))


@pytest.mark.parametrize(
    ("linkage", "metric"),
    [("ward", "euclidean"), ("average", "euclidean"), ("complete", "euclidean"), ("average", "cosine"),
     ("complete", "cosine")],
)  # fmt: skip
def test_every_cut_equals_a_fit_of_scikit_learn(blobs, linkage, metric):
    vectors, _ = blobs(n=350, noise=0.7)
    labels = Agglomerative(linkage, metric).partitions(vectors, KS, [0, 1])
    assert labels.shape == (2, len(KS), 350)
    assert (labels[0] == labels[1]).all()
    for index, k in enumerate(KS):
        reference = AgglomerativeClustering(k, linkage=linkage, metric=metric).fit_predict(vectors.astype(np.float64))
        assert adjusted_rand_score(reference, labels[0, index]) == 1
        assert sorted(np.unique(labels[0, index])) == list(range(k))


def test_one_cluster_per_photo_and_a_single_photo():
    vectors = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    assert sorted(Agglomerative().partitions(vectors, [6], [0])[0, 0]) == list(range(6))
    assert Agglomerative().partitions(vectors[:1], [1], [0]).tolist() == [[[0]]]
