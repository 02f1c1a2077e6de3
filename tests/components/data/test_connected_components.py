import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as scipy_components

from components.data.connected_components import connected_components, equal_pairs


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_components_are_those_of_scipy(case):
    n, linked = case
    rows, columns = (np.array(ends, dtype=int) for ends in (zip(*linked, strict=True) if linked else ([], [])))
    graph = coo_array((np.ones(len(linked)), (rows, columns)), shape=(n, n))
    _, expected = scipy_components(graph, directed=False)
    found = connected_components(n, linked)
    assert [[a == b for b in found] for a in found] == [[a == b for b in expected] for a in expected]
    assert all(found[row] == np.flatnonzero(found == found[row])[0] for row in range(n))


def test_equal_values_are_paired_with_the_first_and_empty_values_are_not():
    assert equal_pairs(["a", "", "b", "a", "", "a"]) == [(0, 3), (0, 5)]
