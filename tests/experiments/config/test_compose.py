import pytest
from hydra.errors import HydraException

from experiments.config.compose import choices_of, compose_config, resolved


def test_a_configuration_is_composed_and_resolved():
    config = compose_config(["task=cluster", "k_max=4", "device=cpu"], return_hydra_config=True)
    assert config.hydra.runtime.choices.task == "cluster"
    assert "hydra" not in compose_config(["task=cluster"])
    assert compose_config([], "serve").port
    values = resolved(compose_config(["name=x", "data=folder", "data.root=/photos"]))
    assert values["name"] == "x"
    assert values["data"]["root"] == "/photos"


def test_it_can_be_composed_again_after_an_error():
    with pytest.raises(HydraException):
        compose_config(["head=no_such_head"])
    assert compose_config(["seed=3"]).seed == 3


def test_choices_are_those_of_groups_that_can_change_a_result():
    choices = {"head": "closed", "hydra/launcher": "basic", "launcher": "pool", "sweeper/sampler": "tpe", "x": None}
    assert choices_of(choices) == {"head": "closed", "x": "None"}
