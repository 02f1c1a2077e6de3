import hypothesis.strategies as st
from hypothesis import given

from experiments.runs.identity import device_kind, run_id

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), values, min_size=1, max_size=4))
def test_the_order_of_keys_does_not_count(config):
    turned = dict(reversed(config.items()))
    assert run_id("task", config, "data") == run_id("task", turned, "data")


def test_every_value_counts():
    config = {"seed": 0, "training": {"epochs": 25, "optimizer": {"lr": 1e-3}}, "names": ["a", "b"]}
    ids = {
        run_id("task", config, "data"),
        run_id("other", config, "data"),
        run_id("task", config, "other"),
        run_id("task", config | {"seed": 1}, "data"),
        run_id("task", config | {"training": {"epochs": 25, "optimizer": {"lr": 2e-3}}}, "data"),
        run_id("task", config | {"names": ["b", "a"]}, "data"),
    }
    assert len(ids) == 6


def test_what_cannot_change_a_result_does_not_count():
    """In a component of hito's, wherever it stands; in anything else the same name may mean anything."""
    mine = {"_target_": "components.training.settings.Training", "checkpoint_seconds": 20, "of": {"workers": 2}}
    other = {**mine, "checkpoint_seconds": 1}
    assert run_id("experiments.a.a", {"workers": 1, "x": [mine]}, "d") == run_id("experiments.a.a", {"x": [other]}, "d")
    for counted in ({**mine, "of": {"workers": 3}}, {**mine, "root": "/a"}, {**mine, "_target_": "theirs.Training"}):
        assert run_id("experiments.a.a", {"x": [mine]}, "d") != run_id("experiments.a.a", {"x": [counted]}, "d")
    theirs = {"_target_": "theirs.Training", "checkpoint_seconds": 20}
    assert run_id("a.a", {"x": theirs}, "d") != run_id("a.a", {"x": {**theirs, "checkpoint_seconds": 1}}, "d")


def test_equal_spellings_are_equal():
    assert run_id("task", {"lr": 1e-3}, "d") == run_id("task", {"lr": 0.001}, "d")


def test_device_kind_leaves_out_which_one():
    assert device_kind("cuda:1") == "cuda"
    assert device_kind("cpu") == "cpu"
    assert device_kind("auto") in {"cpu", "cuda", "mps"}
