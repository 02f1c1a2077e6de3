"""Gaussian mixtures of separated groups."""

from sklearn.metrics import adjusted_rand_score

from components.clusterers import Mixture


def test_it_finds_separated_groups(blobs):
    vectors, truth = blobs(n=160, noise=0.1)
    labels = Mixture().partitions(vectors, [1, 4], [0, 0])
    assert (labels[0] == labels[1]).all()
    assert set(labels[0, 0]) == {0}
    assert adjusted_rand_score(truth, labels[0, 1]) == 1
