from experiments.cli.unknown_key import explain_key
from experiments.config import compose_config


def test_a_key_that_must_be_given_a_value_is_known():
    config = compose_config(["data=folder"])
    assert explain_key("data.root", "/photos", config) is None
    assert "Did you mean data.root?" in str(explain_key("data.rot", "/photos", config))
