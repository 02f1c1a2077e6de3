"""Nearest neighbours compared with the complete matrix of inner products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.matching import nearest_neighbours


def slow(scores, k):
    np.fill_diagonal(scores, -np.inf)
    columns = np.arange(len(scores))
    return np.array([np.lexsort((columns, -row))[: min(k, len(row) - 1)] for row in scores])


def unit(n, d, seed):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 60), k=st.integers(1, 8), seed=st.integers(0, 99))
def test_neighbours_are_the_highest_values_off_the_diagonal(n, k, seed):
    vectors = unit(n, 5, seed)
    found, scores = nearest_neighbours(vectors, k), vectors @ vectors.T
    expected = np.take_along_axis(scores, slow(scores.copy(), k), axis=1)
    np.testing.assert_allclose(np.take_along_axis(scores, found, axis=1), expected, atol=1e-6)
    assert all(row not in others for row, others in enumerate(found.tolist()))
    assert all(len(set(others)) == len(others) for others in found.tolist())


def test_copies_are_neighbours_of_each_other_but_not_of_themselves():
    vectors = np.tile(np.array([[1, 0]], np.float32), (5, 1))
    np.testing.assert_array_equal(nearest_neighbours(vectors, 2), [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]])


@pytest.mark.parametrize(("n", "k", "columns"), [(1, 3, 0), (3, 9, 2), (4, 0, 0)])
def test_at_most_all_others_are_returned(n, k, columns):
    assert nearest_neighbours(unit(n, 4, 0), k).shape == (n, columns)
