"""Criteria against scikit-learn, the papers' definitions written out, and groups whose number is known."""

from importlib import metadata

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.cluster import AgglomerativeClustering

from components.clusterers import Agglomerative, KMeans
from components.errors import ConfigError
from components.k_selection import (
    CalinskiHarabasz,
    Choice,
    DaviesBouldin,
    Elbow,
    Fixed,
    Gap,
    Silhouette,
    Stability,
    Sweep,
    disagreement,
)

ALL = (Elbow(), Silhouette(), Gap(), CalinskiHarabasz(), DaviesBouldin(), Stability())


@pytest.mark.parametrize("criterion", ALL, ids=lambda one: one.name)
def test_groups_that_are_well_apart_are_counted(blobs, criterion):
    vectors, _ = blobs(n=250, d=40, groups=5, noise=0.08)
    choice = criterion.choose(Sweep.of(vectors, KMeans(n_init=4), 12))
    assert choice.k == 5
    assert choice.criterion == criterion.name
    assert len(choice.ks) == len(choice.scores)
    assert criterion.choose(Sweep.of(vectors, KMeans(n_init=4), 12)) == choice


def test_scores_are_scikit_learns(blobs):
    vectors, _ = blobs(noise=0.6)
    sweep = Sweep.of(vectors, Agglomerative(), 9)
    labels = [AgglomerativeClustering(k).fit_predict(vectors.astype(float)) for k in range(2, 10)]
    for criterion, score in (
        (Silhouette(), reference.silhouette_score),
        (CalinskiHarabasz(), reference.calinski_harabasz_score),
        (DaviesBouldin(), reference.davies_bouldin_score),
    ):
        expected = [score(vectors.astype(float), one) for one in labels]
        choice = criterion.choose(sweep)
        assert choice.scores == pytest.approx(expected, rel=1e-4)
        best = np.argmin(expected) if choice.reads == "lowest" else np.argmax(expected)
        assert choice.k == choice.ks[best]


def test_squares_within_are_kmeans_inertia_and_kneed_is_named(blobs):
    vectors, _ = blobs(noise=0.5)
    choice = Elbow().choose(Sweep.of(vectors, KMeans(), 8))
    exact = vectors.astype(float)
    assert choice.scores[0] == pytest.approx(((exact - exact.mean(axis=0)) ** 2).sum())
    assert np.all(np.diff(choice.scores) < 0)
    assert choice.remark == f"kneed {metadata.version('kneed')}"


def test_the_gap_is_tibshiranis(blobs):
    """The draws and the rule written out."""
    vectors, _ = blobs(n=80, d=5, noise=0.3)
    sweep = Sweep.of(vectors, Agglomerative(), 6)
    choice = Gap(references=4).choose(sweep)
    logs = []
    for drawn in Gap(references=4).drawn(sweep):
        row = []
        for k in range(1, 7):
            labels = AgglomerativeClustering(k).fit_predict(drawn.astype(float))
            parts = [drawn[labels == one].astype(float) for one in range(k)]
            row.append(np.log(sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)))
        logs.append(row)
    gaps = np.mean(logs, axis=0) - np.log(sweep.within)
    errors = np.std(logs, axis=0) * np.sqrt(1 + 1 / 4)
    assert choice.scores == pytest.approx(gaps, abs=1e-5)
    assert choice.spread == pytest.approx(errors, abs=1e-5)
    enough = [k for k in range(1, 6) if gaps[k - 1] >= gaps[k] - errors[k]]
    assert choice.k == (enough[0] if enough else None)


def test_references_fill_the_box_of_the_data(blobs):
    vectors, _ = blobs(n=60, d=4)
    drawn = Gap(references=3).drawn(Sweep.of(vectors, Agglomerative(), 2))
    centred = vectors - vectors.mean(axis=0)
    turned = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
    assert len(drawn) == 3
    for one in drawn:
        assert one.shape == (60, 4)
        assert (one >= turned.min(axis=0) - 1e-5).all()
        assert (one <= turned.max(axis=0) + 1e-5).all()


def test_data_without_clusters_have_one_by_the_gap_and_the_given_number_stays():
    vectors = np.random.default_rng(0).uniform(size=(150, 3)).astype(np.float32)
    sweep = Sweep.of(vectors, KMeans(n_init=3), 5)
    assert Gap().choose(sweep).k == 1
    assert Fixed(k=3).choose(sweep).k == 3


def test_tiny_and_degenerate_data_choose_something_or_nothing():
    same = np.ones((6, 3), dtype=np.float32)
    for vectors in (same, np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)):
        sweep = Sweep.of(vectors, Agglomerative(), 3)
        for criterion in ALL:
            choice = criterion.choose(sweep)
            assert choice.k is None or 1 <= choice.k <= 3


def test_settings_that_make_no_sense(blobs):
    sweep = Sweep.of(blobs(n=20)[0], Agglomerative(), 3)
    with pytest.raises(ConfigError, match="references=1"):
        Gap(references=1).choose(sweep)
    with pytest.raises(ConfigError, match=r"share=1\.0"):
        Stability(share=1.0).choose(sweep)
    with pytest.raises(ConfigError, match="21 clusters of 20"):
        Sweep.of(blobs(n=20)[0], Agglomerative(), 21)


def test_disagreement_is_said():
    def choice(name, k):
        return Choice(name, "highest", (1, 2), (0.0, 1.0), k)

    assert disagreement([choice("a", 2), choice("b", 2), Choice("fixed", "given", (), (), 7)]) is None
    said = disagreement([choice("elbow", 5), choice("silhouette", 4), choice("davies_bouldin", 5), choice("gap", None)])
    assert said.endswith("4 by silhouette; 5 by elbow, davies bouldin; none by gap")
