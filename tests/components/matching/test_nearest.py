"""The nearest of each against the whole matrix of products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.matching import nearest, nearest_of_each


def slow(vectors, k):
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    columns = np.arange(len(vectors))
    return np.array([np.lexsort((columns, -row))[: min(k, len(row) - 1)] for row in scores])


def unit(n, d, seed):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 60), k=st.integers(1, 8), block=st.integers(2, 17), seed=st.integers(0, 99))
def test_blocks_change_nothing(n, k, block, seed):
    vectors = unit(n, 5, seed)
    before, nearest.BLOCK = nearest.BLOCK, block
    try:
        found = nearest_of_each(vectors, k)
    finally:
        nearest.BLOCK = before
    scores = vectors @ vectors.T
    np.testing.assert_allclose(
        np.take_along_axis(scores, found, axis=1), np.take_along_axis(scores, slow(vectors, k), axis=1), atol=1e-6
    )
    assert all(row not in others for row, others in enumerate(found.tolist()))
    assert all(len(set(others)) == len(others) for others in found.tolist())


def test_of_equal_ones_the_lower_row_comes_first():
    vectors = np.tile(np.array([[1, 0]], np.float32), (5, 1))
    np.testing.assert_array_equal(nearest_of_each(vectors, 2), [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]])


@pytest.mark.parametrize(("n", "k", "columns"), [(1, 3, 0), (3, 9, 2), (4, 0, 0)])
def test_there_are_no_more_than_there_are(n, k, columns):
    assert nearest_of_each(unit(n, 4, 0), k).shape == (n, columns)
