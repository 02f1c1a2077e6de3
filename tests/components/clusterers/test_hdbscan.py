"""HDBSCAN compared with scikit-learn."""

from sklearn.cluster import HDBSCAN

from components.clusterers import Hdbscan


def test_labels_and_noise_equal_those_of_scikit_learn(blobs):
    vectors, _ = blobs(n=200, d=6, noise=0.3)
    labels = Hdbscan(min_cluster_size=10).partitions(vectors, [1], [0, 1])
    assert (labels[0, 0] == HDBSCAN(min_cluster_size=10, copy=True).fit_predict(vectors)).all()
    assert Hdbscan.finds_k
    assert (labels == -1).any()
