"""Batched k-means compared with scikit-learn's for each number of clusters."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans as Reference
from sklearn.cluster import kmeans_plusplus
from sklearn.metrics import adjusted_rand_score

from components.clusterers import KMeans, lloyd, sweep_kmeans, vector_sums
from components.clusterers.kmeans_plus_plus import TRIALS
from components.clusterers.lloyd import Lloyd
from components.errors import ConfigError

KS = list(range(1, 13))


def inertia_of(vectors, labels):
    exact = vectors.astype(np.float64)
    return sum(
        ((exact[labels == label] - exact[labels == label].mean(axis=0)) ** 2).sum() for label in np.unique(labels)
    )


@pytest.mark.parametrize("gram", [True, False], ids=["gram", "vectors"])
@pytest.mark.parametrize("noise", [0.2, 0.8])
def test_inertia_is_as_low_as_that_of_scikit_learn(blobs, monkeypatch, gram, noise):
    """Both reach local optima that differ by about 0.5 % between seeds; their means over k and seeds agree."""
    monkeypatch.setattr(vector_sums, "GRAM_LIMIT", 4096 if gram else 0)
    vectors, _ = blobs(noise=noise)
    found = sweep_kmeans(vectors, KS, seeds=range(8))
    for index, k in enumerate(KS):
        assert found.inertia[0, index] == pytest.approx(inertia_of(vectors, found.labels[0, index]), rel=1e-6)
        assert len(np.unique(found.labels[0, index])) == k
    reference = [[Reference(k, n_init=10, random_state=seed).fit(vectors).inertia_ for k in KS] for seed in range(8)]
    assert (found.inertia.mean(axis=0) / np.mean(reference, axis=0)).mean() < 1.001
    assert found.inertia[:, :4].min(axis=0) == pytest.approx(np.min(reference, axis=0)[:4], rel=1e-3)


def test_separated_groups_give_the_same_partition(blobs):
    vectors, truth = blobs(noise=0.1, groups=5)
    labels = sweep_kmeans(vectors, [5]).labels[0, 0]
    assert adjusted_rand_score(truth, labels) == 1
    assert adjusted_rand_score(Reference(5, n_init=10, random_state=0).fit_predict(vectors), labels) == 1


@pytest.mark.parametrize("gram", [True, False], ids=["gram", "vectors"])
def test_from_the_same_initialisation_the_result_equals_that_of_scikit_learn(blobs, monkeypatch, gram):
    monkeypatch.setattr(vector_sums, "GRAM_LIMIT", 4096 if gram else 0)
    vectors, _ = blobs(n=400, noise=0.6)
    centred = vectors - vectors.mean(axis=0)
    for seed in range(5):
        centres, rows = kmeans_plusplus(centred, 6, random_state=seed)
        reference = Reference(6, init=centres, n_init=1, tol=0, algorithm="lloyd").fit(centred)
        nearest = ((centred[:, None] - centred[rows][None]) ** 2).sum(axis=2).argmin(axis=1)
        monkeypatch.setattr(
            lloyd, "kmeans_plus_plus", lambda *_, start=nearest: {6: torch.from_numpy(start)[None].clone()}
        )
        solved = Lloyd(torch.from_numpy(centred), spherical=False).run([6], torch.zeros((1, 6, TRIALS)), 300)
        assert adjusted_rand_score(reference.labels_, solved[6].labels[0].numpy()) == 1


def test_results_do_not_depend_on_other_k_and_seeds_of_the_call(blobs):
    vectors, _ = blobs(noise=0.8)
    joint = sweep_kmeans(vectors, [2, 5, 9], seeds=[0, 1, 2], n_init=3)
    single = sweep_kmeans(vectors, [5], seeds=[1], n_init=3)
    assert (joint.labels[1, 1] == single.labels[0, 0]).all()
    again = sweep_kmeans(vectors, [2, 5, 9], seeds=[0, 1, 2], n_init=3)
    assert (joint.labels == again.labels).all()
    assert (joint.labels[0] != joint.labels[1]).any()


@pytest.mark.parametrize("gram", [True, False], ids=["gram", "vectors"])
def test_results_do_not_depend_on_the_chunk_size(blobs, monkeypatch, gram):
    vectors, _ = blobs(n=150)
    monkeypatch.setattr(vector_sums, "GRAM_LIMIT", 4096 if gram else 0)
    whole = sweep_kmeans(vectors, [3, 7], n_init=4)
    monkeypatch.setattr(vector_sums, "CHUNK_ELEMENTS", 1000)
    assert adjusted_rand_score(sweep_kmeans(vectors, [3, 7], n_init=4).labels[0, 1], whole.labels[0, 1]) == 1


def spherical_objective(vectors, labels):
    exact = vectors.astype(np.float64)
    return len(exact) - sum(np.linalg.norm(exact[labels == label].sum(axis=0)) for label in np.unique(labels))


def plain_spherical(vectors, labels, k):
    """The textbook algorithm."""
    for _ in range(100):
        sums = np.stack([vectors[labels == label].sum(axis=0) for label in range(k)])
        labels = (vectors @ (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T).argmax(axis=1)
    return labels


@pytest.mark.parametrize("gram", [True, False], ids=["gram", "vectors"])
def test_spherical_kmeans_equals_the_textbook_algorithm(blobs, monkeypatch, gram):
    monkeypatch.setattr(vector_sums, "GRAM_LIMIT", 4096 if gram else 0)
    vectors, _ = blobs(noise=0.6)
    for seed in range(5):
        rows = np.random.default_rng(seed).choice(len(vectors), 5, replace=False)
        nearest = (vectors @ vectors[rows].T).argmax(axis=1)
        monkeypatch.setattr(
            lloyd, "kmeans_plus_plus", lambda *_, start=nearest: {5: torch.from_numpy(start)[None].clone()}
        )
        solved = Lloyd(torch.from_numpy(vectors), spherical=True).run([5], torch.zeros((1, 5, TRIALS)), 300)
        expected = plain_spherical(vectors.astype(float), nearest, 5)
        assert adjusted_rand_score(expected, solved[5].labels[0].numpy()) == 1
    monkeypatch.undo()
    found = sweep_kmeans(vectors, [5], spherical=True)
    assert found.inertia[0, 0] == pytest.approx(spherical_objective(vectors, found.labels[0, 0]), rel=1e-5)
    assert found.inertia[0, 0] <= 1.002 * spherical_objective(vectors, expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(1, 6), st.integers(0, 1000), st.booleans())
def test_any_vectors_give_clusters(n, d, seed, spherical):
    """Also with duplicate vectors."""
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
def test_impossible_numbers_of_clusters_raise(blobs, k):
    with pytest.raises(ConfigError, match=f"{k} clusters of 300 photos"):
        KMeans().partitions(blobs()[0], [k], [0])
