"""Jobs that leave nothing are given up; other applications of Hydra are refused in words."""

from types import SimpleNamespace

import pytest
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.errors import HydraException
from omegaconf import OmegaConf

from experiments.sweeps.plan import Job, Plan
from experiments.sweeps.sweep import _launch, _record_of, _wait_for_others


class Launcher:
    """Returns folders and writes nothing, as a job does that changed its current folder."""

    def __init__(self):
        self.launched = []

    def launch(self, job_overrides, initial_job_idx):
        self.launched += job_overrides
        return [JobReturn(_return_value="somewhere", status=JobStatus.COMPLETED) for _ in job_overrides]


def test_a_job_that_leaves_no_record_is_given_up_after_one_try(tmp_path):
    folder = tmp_path / "run"
    request = SimpleNamespace(id="ab12", folder=folder, earlier=lambda: None, choices={})
    job = Job(("seed=1",), request)
    plan, launcher = Plan((job,), (job,), {}, 0, 0), Launcher()
    results = _launch(launcher, plan.to_run, None)
    _wait_for_others(plan, launcher, results)
    assert launcher.launched == [["seed=1"]]
    record = _record_of(job, results[job.overrides], "x")
    assert record.status == "failed"
    assert "no record" in record.error


@pytest.mark.parametrize("plugin", ["hito_pool_launcher.PoolLauncher", "hito_sweeper.HitoSweeper"])
def test_another_application_of_hydra_is_refused_in_words(plugin):
    """Plugins are taken from Hydra: one imported before Hydra looks for them is executed twice, base classes too."""
    created = object.__new__(Plugins.instance().class_name_to_class[f"hydra_plugins.{plugin}"])
    with pytest.raises(HydraException, match="runs the jobs of hito; for another application use"):
        created.setup(hydra_context=None, task_function=None, config=OmegaConf.create({"db": 1}))
