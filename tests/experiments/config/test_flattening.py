import hypothesis.strategies as st
from hypothesis import given

from experiments.config.flattening import flatten

keys = st.text("abc", min_size=1, max_size=2)
nested = st.recursive(
    st.integers() | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(keys, nested, max_size=3))
def test_every_leaf_is_found_by_its_dotted_key(value):
    for key, leaf in flatten(value).items():
        node = value
        for part in key.split("."):
            node = node[part]
        assert node == leaf
        assert not isinstance(leaf, dict) or not leaf


def test_lists_and_empty_mappings_are_leaves():
    assert flatten({"a": [1, {"b": 2}], "c": {}, "d": {"e": None}}) == {"a": [1, {"b": 2}], "c": {}, "d.e": None}
