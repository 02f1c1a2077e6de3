import pytest

from components.errors import ConfigError
from experiments.config.instantiation import import_target, instantiate


def test_an_unknown_argument_is_named_with_the_parameters_there_are():
    node = {"_target_": "components.heads.closed.ClosedHead", "hiden": 2}
    expected = r"head\.hiden: .* has no such parameter\. Did you mean hidden\? Its parameters: hidden, rest"
    with pytest.raises(ConfigError, match=expected):
        instantiate(node, "head")


def test_an_unknown_argument_of_a_nested_component_is_named_by_its_key():
    inner = {"_target_": "components.heads.closed.ClosedHead", "width": 2}
    with pytest.raises(ConfigError, match=r"outer\.parts\[0\]\.width"):
        instantiate({"parts": [inner]}, "outer")


def test_a_target_that_does_not_exist_is_named():
    with pytest.raises(ConfigError, match=r"components\.heads\.closed\.OpenHead"):
        instantiate({"_target_": "components.heads.closed.OpenHead"}, "head")


def test_a_target_that_cannot_be_called_is_refused():
    with pytest.raises(ConfigError, match="neither a class nor a function"):
        import_target("math.pi")


def test_the_components_own_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        instantiate({"_target_": "operator.truediv", "_args_": [1, 0]}, "ratio")


def test_plain_values_are_returned_as_they_are():
    assert instantiate(3, "seed") == 3
    assert instantiate(None, "x") is None
    assert instantiate({"a": 1}, "x") == {"a": 1}
