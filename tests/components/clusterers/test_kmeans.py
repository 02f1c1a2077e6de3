"""k-means in one call against scikit-learn's, k by k."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans as Reference
from sklearn.cluster import kmeans_plusplus
from sklearn.metrics import adjusted_rand_score

from components.clusterers import KMeans, sweep_kmeans
from components.clusterers import lloyd as engine
from components.clusterers.lloyd import Lloyd
from components.clusterers.seeding import TRIALS
from components.errors import ConfigError

KS = list(range(1, 13))


def inertia_of(vectors, labels):
    exact = vectors.astype(np.float64)
    return sum(((exact[labels == one] - exact[labels == one].mean(axis=0)) ** 2).sum() for one in np.unique(labels))


@pytest.mark.parametrize("few", [True, False], ids=["products", "vectors"])
@pytest.mark.parametrize("noise", [0.2, 0.8])
def test_inertia_is_scikit_learns(blobs, monkeypatch, few, noise):
    """Both stop in local optima that differ with the seed by some 0.5 %: over k and seeds they are as good."""
    monkeypatch.setattr(engine, "FEW", 4096 if few else 0)
    vectors, _ = blobs(noise=noise)
    found = sweep_kmeans(vectors, KS, seeds=range(8))
    for place, k in enumerate(KS):
        assert found.inertia[0, place] == pytest.approx(inertia_of(vectors, found.labels[0, place]), rel=1e-6)
        assert len(np.unique(found.labels[0, place])) == k
    theirs = [[Reference(k, n_init=10, random_state=seed).fit(vectors).inertia_ for k in KS] for seed in range(8)]
    assert (found.inertia.mean(axis=0) / np.mean(theirs, axis=0)).mean() < 1.001
    assert found.inertia[:, :4].min(axis=0) == pytest.approx(np.min(theirs, axis=0)[:4], rel=1e-3)


def test_well_apart_groups_are_the_same_partition(blobs):
    vectors, truth = blobs(noise=0.1, groups=5)
    labels = sweep_kmeans(vectors, [5]).labels[0, 0]
    assert adjusted_rand_score(truth, labels) == 1
    assert adjusted_rand_score(Reference(5, n_init=10, random_state=0).fit_predict(vectors), labels) == 1


@pytest.mark.parametrize("few", [True, False], ids=["products", "vectors"])
def test_from_the_same_start_lloyd_ends_where_scikit_learns_does(blobs, monkeypatch, few):
    monkeypatch.setattr(engine, "FEW", 4096 if few else 0)
    vectors, _ = blobs(n=400, noise=0.6)
    centred = vectors - vectors.mean(axis=0)
    for seed in range(5):
        centres, rows = kmeans_plusplus(centred, 6, random_state=seed)
        reference = Reference(6, init=centres, n_init=1, tol=0, algorithm="lloyd").fit(centred)
        nearest = ((centred[:, None] - centred[rows][None]) ** 2).sum(axis=2).argmin(axis=1)
        monkeypatch.setattr(
            engine, "nearest_seeds", lambda *_, start=nearest: {6: torch.from_numpy(start)[None].clone()}
        )
        solved = Lloyd(torch.from_numpy(centred), spherical=False).solve([6], torch.zeros((1, 6, TRIALS)), 300)
        assert adjusted_rand_score(reference.labels_, solved[6].labels[0].numpy()) == 1


def test_a_k_and_a_seed_do_not_hang_on_the_others(blobs):
    vectors, _ = blobs(noise=0.8)
    together = sweep_kmeans(vectors, [2, 5, 9], seeds=[0, 1, 2], n_init=3)
    alone = sweep_kmeans(vectors, [5], seeds=[1], n_init=3)
    assert (together.labels[1, 1] == alone.labels[0, 0]).all()
    again = sweep_kmeans(vectors, [2, 5, 9], seeds=[0, 1, 2], n_init=3)
    assert (together.labels == again.labels).all()
    assert (together.labels[0] != together.labels[1]).any()


@pytest.mark.parametrize("few", [True, False], ids=["products", "vectors"])
def test_chunks_change_nothing(blobs, monkeypatch, few):
    vectors, _ = blobs(n=150)
    monkeypatch.setattr(engine, "FEW", 4096 if few else 0)
    whole = sweep_kmeans(vectors, [3, 7], n_init=4)
    monkeypatch.setattr(engine, "AT_ONCE", 1000)
    assert adjusted_rand_score(sweep_kmeans(vectors, [3, 7], n_init=4).labels[0, 1], whole.labels[0, 1]) == 1


def spherical_objective(vectors, labels):
    exact = vectors.astype(np.float64)
    return len(exact) - sum(np.linalg.norm(exact[labels == one].sum(axis=0)) for one in np.unique(labels))


def plain_spherical(vectors, labels, k):
    """The textbook loop."""
    for _ in range(100):
        sums = np.stack([vectors[labels == one].sum(axis=0) for one in range(k)])
        labels = (vectors @ (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T).argmax(axis=1)
    return labels


@pytest.mark.parametrize("few", [True, False], ids=["products", "vectors"])
def test_spherical_ends_where_the_textbook_loop_does(blobs, monkeypatch, few):
    monkeypatch.setattr(engine, "FEW", 4096 if few else 0)
    vectors, _ = blobs(noise=0.6)
    for seed in range(5):
        rows = np.random.default_rng(seed).choice(len(vectors), 5, replace=False)
        nearest = (vectors @ vectors[rows].T).argmax(axis=1)
        monkeypatch.setattr(engine, "nearest_seeds", lambda *_, one=nearest: {5: torch.from_numpy(one)[None].clone()})
        solved = Lloyd(torch.from_numpy(vectors), spherical=True).solve([5], torch.zeros((1, 5, TRIALS)), 300)
        expected = plain_spherical(vectors.astype(float), nearest, 5)
        assert adjusted_rand_score(expected, solved[5].labels[0].numpy()) == 1
    monkeypatch.undo()
    found = sweep_kmeans(vectors, [5], spherical=True)
    assert found.inertia[0, 0] == pytest.approx(spherical_objective(vectors, found.labels[0, 0]), rel=1e-5)
    assert found.inertia[0, 0] <= 1.002 * spherical_objective(vectors, expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(1, 6), st.integers(0, 1000), st.booleans())
def test_any_vectors_give_clusters(n, d, seed, spherical):
    """Also with vectors that are there twice."""
    generator = np.random.default_rng(seed)
    vectors = generator.integers(-2, 3, (n, d)).astype(np.float32) + 0.5
    ks = list(range(1, n + 1))
    found = sweep_kmeans(vectors, ks, n_init=2, spherical=spherical)
    assert found.labels.min() >= 0
    assert (found.labels.max(axis=2)[0] < np.array(ks)).all()
    assert np.isfinite(found.inertia).all()
    if not spherical:
        assert found.inertia[0, 0] == pytest.approx(inertia_of(vectors, np.zeros(n)), rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("k", [0, 301])
def test_numbers_of_clusters_that_cannot_be(blobs, k):
    with pytest.raises(ConfigError, match=f"{k} clusters of 300 photos"):
        KMeans().partitions(blobs()[0], [k], [0])
