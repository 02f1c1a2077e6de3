"""Spectral clustering of separated groups, and its warning."""

from sklearn.metrics import adjusted_rand_score

from components.clusterers import Spectral


def test_it_finds_separated_groups(blobs):
    vectors, truth = blobs(n=160, noise=0.1)
    labels = Spectral().partitions(vectors, [1, 4], [0, 0])
    assert (labels[0] == labels[1]).all()
    assert set(labels[0, 0]) == {0}
    assert adjusted_rand_score(truth, labels[0, 1]) == 1


def test_a_disconnected_graph_is_reported(blobs, caplog):
    vectors, _ = blobs(n=60, noise=0.02)
    Spectral(n_neighbors=3).partitions(vectors, [4], [0])
    assert "connected components" in caplog.text
    assert "increase clusterer.n_neighbors" in caplog.text
