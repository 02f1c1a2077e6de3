"""The callback of each epoch is what the sweeper's configuration names."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from components.errors import ConfigError
from experiments.config import compose_config
from experiments.runs.execution import epoch_callback
from experiments.runs.request import RunRequest
from experiments.runs.run import ignore_epoch

REQUEST = RunRequest("a", Path("multirun/x/a"), "t", {}, {"sweeper": {"n_trials": 3}}, {}, (), None, {})
NODE = {"_target_": f"{__name__}.opened", "_partial_": True}


@contextmanager
def opened(trial, settings, folder):
    yield lambda row: (trial, settings, folder, row)


def test_a_trial_calls_what_the_sweeper_names():
    with epoch_callback(OmegaConf.create({"trial": "study/3", "epoch_callback": NODE}), REQUEST) as on_epoch:
        assert on_epoch({"epoch": 1}) == ("study/3", {"n_trials": 3}, Path("multirun/x"), {"epoch": 1})


@pytest.mark.parametrize("node", [{}, {"trial": None, "epoch_callback": NODE}, {"trial": "study/3"}])
def test_a_job_that_is_no_trial_has_no_callback(node):
    with epoch_callback(OmegaConf.create(node), REQUEST) as on_epoch:
        assert on_epoch is ignore_epoch


def test_a_callback_that_does_not_exist_is_named():
    node = {"trial": "study/3", "epoch_callback": {"_target_": "experiments.no.callback", "_partial_": True}}
    with pytest.raises(ConfigError, match=r"experiments\.no\.callback"):
        epoch_callback(OmegaConf.create(node), REQUEST)


def test_runs_do_not_know_the_search():
    sweeper = compose_config(["sweeper=optuna"], return_hydra_config=True).hydra.sweeper
    assert sweeper.epoch_callback._target_.startswith("experiments.sweeps.tuning.")
    assert sweeper._recursive_ is False, "the sweeper does not create the callback"
    sources = Path(epoch_callback.__code__.co_filename).parent.rglob("*.py")
    assert not [path for path in sources if "experiments.sweeps" in path.read_text(encoding="utf-8")]
