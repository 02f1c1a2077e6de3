"""Exact search compared with sorting all scores, approximate search compared with exact search, both with filters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.errors import ConfigError
from components.search import ApproximateIndex, ExactIndex, approximate, exact, faiss


def unit(n, d=16, seed=0, clusters=0):
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(n, d)).astype(np.float32)
    if clusters:
        vectors = 0.4 * vectors + generator.normal(size=(clusters, d)).astype(np.float32)[np.arange(n) % clusters]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def sorted_all(queries, vectors, k, allowed=None):
    """The slow obvious version: every score, in float64, sorted."""
    scores = queries.astype(np.float64) @ vectors.T.astype(np.float64)
    if allowed is not None:
        scores[:, ~allowed] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(scores, order, axis=1)


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 5000),
    q=st.integers(1, 30),
    k=st.integers(1, 40),
    seed=st.integers(0, 99),
    share=st.floats(0.01, 1),
)
def test_exact_search_finds_what_sorting_finds(n, q, k, seed, share):
    vectors, queries = unit(n, seed=seed), unit(q, seed=seed + 1000)
    allowed = np.random.default_rng(seed).random(n) < share
    for mask in (None, allowed):
        found = ExactIndex(vectors).search(queries, k, mask)
        rows, scores = sorted_all(queries, vectors, k, mask)
        there = min(k, n if mask is None else int(mask.sum()))
        assert (found.rows[:, there:] == -1).all()
        assert np.isnan(found.scores[:, there:]).all()
        np.testing.assert_allclose(found.scores[:, :there], scores[:, :there], atol=1e-5)
        np.testing.assert_allclose(
            np.take_along_axis(queries @ vectors.T, found.rows[:, :there], axis=1), scores[:, :there], atol=1e-5
        )
        assert all(len(set(row.tolist())) == there for row in found.rows[:, :there])
        assert found.rows.shape == rows.shape if there == k else True


def test_of_equal_scores_the_lower_row_is_first():
    vectors = np.tile(np.eye(4, dtype=np.float32), (3000, 1))
    found = ExactIndex(vectors).search(np.eye(4, dtype=np.float32), 9)
    np.testing.assert_array_equal(found.rows, np.arange(4)[:, None] + 4 * np.arange(9))
    assert (found.scores == 1).all()


def test_many_queries_take_several_turns():
    vectors, queries = unit(3000), unit(600, seed=1)
    np.testing.assert_array_equal(ExactIndex(vectors).search(queries, 5).rows, sorted_all(queries, vectors, 5)[0])


def test_scores_stay_cosines():
    vectors = unit(100, 512) * np.float32(1 + 1e-6)
    found = ExactIndex(vectors).search(vectors, 1)
    assert found.scores.max() <= 1
    assert (found.rows[:, 0] == np.arange(100)).all()


def test_without_allowed_vectors_all_rows_are_padding():
    found = ExactIndex(unit(3)).search(unit(2), 2, np.zeros(3, dtype=bool))
    assert (found.rows == -1).all()
    assert ExactIndex(np.empty((0, 16), np.float32)).search(unit(2), 2).rows.tolist() == [[-1, -1]] * 2


@pytest.mark.parametrize("option", [approximate(), approximate(dtype="i8", oversampling=4), faiss(oversampling=4)])
def test_approximate_search_agrees_with_exact(option):
    if option.__qualname__.startswith("faiss"):
        pytest.importorskip("faiss")
    vectors, queries = unit(6000, 32, clusters=50), unit(40, 32, seed=3, clusters=50)
    index = option(vectors, None)
    assert isinstance(index, ApproximateIndex)
    found, expected = index.search(queries, 9), exact()(vectors, None).search(queries, 9)
    shared = [
        len(set(one) & set(other)) / 9 for one, other in zip(found.rows.tolist(), expected.rows.tolist(), strict=True)
    ]
    assert np.mean(shared) > 0.9
    np.testing.assert_allclose(found.scores, (queries[:, None] * vectors[found.rows]).sum(axis=2), atol=1e-5)
    assert (np.diff(found.scores, axis=1) <= 0).all()


def test_filtered_approximate_search_finds_no_fewer(monkeypatch):
    monkeypatch.setattr("components.search.approximate_index.EXACT_LIMIT", 10)
    vectors, queries = unit(4000, clusters=4), unit(20, seed=3, clusters=4)
    index = approximate()(vectors, None)
    allowed = np.arange(4000) % 4 == 1  # one cluster: far from most queries
    found = index.search(queries, 9, allowed)
    assert allowed[found.rows].all()
    expected = ExactIndex(vectors).search(queries, 9, allowed)
    assert np.mean(found.rows == expected.rows) > 0.8
    few = np.arange(4000) < 5
    assert (index.search(queries, 9, few).rows[:, :5] >= 0).all()


def test_one_query_is_like_many():
    vectors, queries = unit(3000, clusters=20), unit(4, seed=2, clusters=20)
    index = approximate()(vectors, None)
    np.testing.assert_array_equal(index.search(queries[:1], 5).rows, index.search(queries, 5).rows[:1])


@pytest.mark.parametrize("option", [approximate(), faiss()])
def test_a_graph_is_opened_and_added_to(tmp_path, option):
    if option.__qualname__.startswith("faiss"):
        pytest.importorskip("faiss")
    vectors = unit(3000, clusters=20)
    option(vectors[:2000], tmp_path)
    (file,) = tmp_path.glob("*.graph")
    before = file.read_bytes()
    again = option(vectors[:2000], tmp_path)
    assert file.read_bytes() == before
    assert len(again.graph) == 2000
    grown = option(vectors, tmp_path)
    assert len(grown.graph) == 3000
    found = grown.search(vectors[2500:2600], 1)
    assert (found.rows[:, 0] == np.arange(2500, 2600)).mean() > 0.95
    assert len(option(vectors[:100], tmp_path).graph) == 100  # other, fewer vectors: a graph of their own


def test_arguments_that_faiss_rejects_are_errors():
    pytest.importorskip("faiss")
    with pytest.raises(ConfigError, match=r"search\.factory: faiss does not accept 'HNWS'"):
        faiss(factory="HNWS")(unit(10), None)
    with pytest.raises(ConfigError, match=r"search\.parameters: faiss does not accept 'efSeek=3'"):
        faiss(parameters="efSeek=3")(unit(10), None)
