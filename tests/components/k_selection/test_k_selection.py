"""Criteria compared with scikit-learn, with the definitions of the papers, and on groups of known number."""

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
    KSweep,
    Silhouette,
    Stability,
    disagreement,
)

ALL = (Elbow(), Silhouette(), Gap(), CalinskiHarabasz(), DaviesBouldin(), Stability())


@pytest.mark.parametrize("criterion", ALL, ids=lambda criterion: criterion.name)
def test_separated_groups_are_counted(blobs, criterion):
    vectors, _ = blobs(n=250, d=40, groups=5, noise=0.08)
    choice = criterion.choose(KSweep.run(vectors, KMeans(n_init=4), 12))
    assert choice.k == 5
    assert choice.criterion == criterion.name
    assert len(choice.ks) == len(choice.scores)
    assert criterion.choose(KSweep.run(vectors, KMeans(n_init=4), 12)) == choice


def test_scores_equal_those_of_scikit_learn(blobs):
    vectors, _ = blobs(noise=0.6)
    sweep = KSweep.run(vectors, Agglomerative(), 9)
    labels = [AgglomerativeClustering(k).fit_predict(vectors.astype(float)) for k in range(2, 10)]
    for criterion, score in (
        (Silhouette(), reference.silhouette_score),
        (CalinskiHarabasz(), reference.calinski_harabasz_score),
        (DaviesBouldin(), reference.davies_bouldin_score),
    ):
        expected = [score(vectors.astype(float), partition) for partition in labels]
        choice = criterion.choose(sweep)
        assert choice.scores == pytest.approx(expected, rel=1e-4)
        best = np.argmin(expected) if choice.rule == "lowest" else np.argmax(expected)
        assert choice.k == choice.ks[best]


def test_elbow_scores_are_sums_of_squares_and_the_remark_names_kneed(blobs):
    vectors, _ = blobs(noise=0.5)
    choice = Elbow().choose(KSweep.run(vectors, KMeans(), 8))
    exact = vectors.astype(float)
    assert choice.scores[0] == pytest.approx(((exact - exact.mean(axis=0)) ** 2).sum())
    assert np.all(np.diff(choice.scores) < 0)
    assert choice.remark == f"kneed {metadata.version('kneed')}"


def test_the_gap_follows_its_definition(blobs):
    """A literal implementation of the references and the rule."""
    vectors, _ = blobs(n=80, d=5, noise=0.3)
    sweep = KSweep.run(vectors, Agglomerative(), 6)
    choice = Gap(references=4).choose(sweep)
    logs = []
    for drawn in Gap(references=4).draw_references(sweep):
        row = []
        for k in range(1, 7):
            labels = AgglomerativeClustering(k).fit_predict(drawn.astype(float))
            parts = [drawn[labels == label].astype(float) for label in range(k)]
            row.append(np.log(sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)))
        logs.append(row)
    gaps = np.mean(logs, axis=0) - np.log(sweep.within)
    errors = np.std(logs, axis=0) * np.sqrt(1 + 1 / 4)
    assert choice.scores == pytest.approx(gaps, abs=1e-5)
    assert choice.standard_errors == pytest.approx(errors, abs=1e-5)
    fulfilled = [k for k in range(1, 6) if gaps[k - 1] >= gaps[k] - errors[k]]
    assert choice.k == (fulfilled[0] if fulfilled else None)


def test_references_are_in_the_bounding_box_of_the_data(blobs):
    vectors, _ = blobs(n=60, d=4)
    drawn = Gap(references=3).draw_references(KSweep.run(vectors, Agglomerative(), 2))
    centred = vectors - vectors.mean(axis=0)
    rotated = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
    assert len(drawn) == 3
    for reference_data in drawn:
        assert reference_data.shape == (60, 4)
        assert (reference_data >= rotated.min(axis=0) - 1e-5).all()
        assert (reference_data <= rotated.max(axis=0) + 1e-5).all()


def test_the_gap_finds_one_cluster_in_uniform_data_and_fixed_returns_its_k():
    vectors = np.random.default_rng(0).uniform(size=(150, 3)).astype(np.float32)
    sweep = KSweep.run(vectors, KMeans(n_init=3), 5)
    assert Gap().choose(sweep).k == 1
    assert Fixed(k=3).choose(sweep).k == 3


def test_tiny_and_degenerate_data_give_a_valid_k_or_none():
    same = np.ones((6, 3), dtype=np.float32)
    for vectors in (same, np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)):
        sweep = KSweep.run(vectors, Agglomerative(), 3)
        for criterion in ALL:
            choice = criterion.choose(sweep)
            assert choice.k is None or 1 <= choice.k <= 3


def test_invalid_settings_raise(blobs):
    sweep = KSweep.run(blobs(n=20)[0], Agglomerative(), 3)
    with pytest.raises(ConfigError, match="references=1"):
        Gap(references=1).choose(sweep)
    with pytest.raises(ConfigError, match=r"share=1\.0"):
        Stability(share=1.0).choose(sweep)
    with pytest.raises(ConfigError, match="21 clusters of 20"):
        KSweep.run(blobs(n=20)[0], Agglomerative(), 21)


def test_disagreement_lists_the_criteria_of_each_k():
    def choice(name, k):
        return Choice(name, "highest", (1, 2), (0.0, 1.0), k)

    assert disagreement([choice("a", 2), choice("b", 2), Choice("fixed", "given", (), (), 7)]) is None
    message = disagreement(
        [choice("elbow", 5), choice("silhouette", 4), choice("davies_bouldin", 5), choice("gap", None)]
    )
    assert message.endswith("4 by silhouette; 5 by elbow, davies bouldin; none by gap")
