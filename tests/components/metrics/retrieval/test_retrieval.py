"""Metrics of rankings against scikit-learn and against the definitions written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from components.metrics import agreement, retrieval_items


def ranking(scores, depth):
    rows = np.argsort(-scores, kind="stable")[:depth]
    return rows[None].astype(np.int64), scores[rows][None].astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(1, 12), st.integers(0, 999))
def test_a_whole_ranking_is_measured_as_scikit_learn_does(n, k, seed):
    generator = np.random.default_rng(seed)
    scores = generator.permutation(n) / n
    truth = generator.random(n) < 0.3
    truth[generator.integers(n)] = True
    rows, found = ranking(scores, n)
    metrics = retrieval_items(["q"], rows, found, [np.flatnonzero(truth)], k).metrics
    assert metrics["map"][0] == pytest.approx(average_precision_score(truth, scores))
    assert metrics[f"ndcg_at_{k}"][0] == pytest.approx(ndcg_score([truth], [scores], k=k))
    hits = truth[rows[0][:k]].sum()
    assert metrics[f"precision_at_{k}"][0] == pytest.approx(hits / k)
    assert metrics[f"recall_at_{k}"][0] == pytest.approx(hits / truth.sum())
    assert metrics["recall_at_1"][0] == pytest.approx(truth[rows[0][0]] / truth.sum())
    assert metrics["mrr"][0] == pytest.approx(1 / (1 + np.flatnonzero(truth[rows[0]])[0]))


def test_what_the_ranking_does_not_reach_is_not_found():
    rows, scores = np.array([[3, 1, -1]]), np.array([[0.9, 0.8, np.nan]], dtype=np.float32)
    metrics = retrieval_items(["q"], rows, scores, [np.array([1, 7])], 2).metrics
    assert metrics["map"][0] == pytest.approx(0.5 / 2)
    assert metrics["recall_at_2"][0] == 0.5
    nothing = retrieval_items(["q"], rows, scores, [np.array([7])], 2).metrics
    assert [one[0] for one in nothing.values()] == [0.0] * 6


def test_ties_earn_nothing():
    rows, scores = np.array([[1, 0, 2]]), np.full((1, 3), 0.5, dtype=np.float32)
    metrics = retrieval_items(["q"], rows, scores, [np.array([1])], 3).metrics
    assert metrics["mrr"][0] == pytest.approx(1 / 3)


def test_a_query_without_answers_is_not_measured():
    rows, scores = np.array([[1, 0]]), np.array([[0.5, 0.4]], dtype=np.float32)
    metrics = retrieval_items(["q"], rows, scores, [np.array([], dtype=np.int64)], 1).metrics
    assert list(metrics) == ["ndcg_at_1", "precision_at_1", "recall_at_1", "mrr", "map"]
    assert all(np.isnan(one[0]) for one in metrics.values())


def test_agreement_is_the_share_of_the_exact_best():
    found, exact = np.array([[1, 2, 3], [4, -1, -1], [0, 1, 2]]), np.array([[3, 9, 1], [4, 5, -1], [-1, -1, -1]])
    np.testing.assert_allclose(agreement(found, exact), [2 / 3, 1 / 2, np.nan])
