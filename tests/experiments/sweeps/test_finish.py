"""Options of tables from the configuration of a sweep."""

import pytest
from omegaconf import OmegaConf

from components.errors import ConfigError
from experiments.sweeps.finish import table_options


def config(**keys):
    defaults = {"reference_results": {}, "baseline": None, "table_metrics": [], "aggregate_over": None, "seed": 0}
    return OmegaConf.create(defaults | keys)


def test_options_are_the_keys_of_the_configuration():
    options = table_options(config(baseline={"head": "${seed}"}, table_metrics=["kappa"], aggregate_over="seed"))
    assert options.baseline == {"head": 0}
    assert options.table_metrics == ("kappa",)
    assert options.aggregate_over == "seed"


def test_the_old_key_of_a_pair_is_refused():
    pairs = [{"run": {"defect": "one_run"}, "beside": {"defect": "none"}}]
    with pytest.raises(ConfigError, match=r"baseline\[0\] has the keys run, beside: expected the keys run, reference"):
        table_options(config(baseline=pairs))
