import pytest

from components.errors import ConfigError
from experiments.config.instantiation import instantiate


def test_a_key_that_no_argument_takes_is_named_with_those_there_are():
    node = {"_target_": "components.heads.closed.ClosedHead", "hiden": 2}
    with pytest.raises(ConfigError, match=r"head\.hiden: .* Did you mean head\.hidden\? It takes: hidden, rest"):
        instantiate(node, "head")


def test_a_wrong_key_deep_inside_is_named_by_its_path():
    inner = {"_target_": "components.heads.closed.ClosedHead", "width": 2}
    with pytest.raises(ConfigError, match=r"outer\.parts\[0\]\.width"):
        instantiate({"parts": [inner]}, "outer")


def test_a_target_that_does_not_exist_is_named():
    with pytest.raises(ConfigError, match=r"components\.heads\.closed\.OpenHead"):
        instantiate({"_target_": "components.heads.closed.OpenHead"}, "head")


def test_plain_values_pass_through():
    assert instantiate(3, "seed") == 3
    assert instantiate(None, "x") is None
    assert instantiate({"a": 1}, "x") == {"a": 1}
