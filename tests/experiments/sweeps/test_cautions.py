import numpy as np
import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode

from experiments.config import Composer, configuration_folder
from experiments.sweeps.cautions import cautions
from experiments.sweeps.plan import Job


class Request:
    """A request of a run whose photos have a split or none."""

    def __init__(self, nodes, split):
        self.nodes = nodes
        self.photos = type("Photos", (), {"split": np.array(["train", "test"] if split else ["", ""])})()


def said(*jobs, split=True):
    with initialize_config_dir(str(configuration_folder()), version_base="1.3"):
        loader = GlobalHydra.instance().hydra.config_loader
        master = loader.load_configuration("config", ["hydra.job.name=j"], run_mode=RunMode.MULTIRUN)
        composed = [Composer(loader, master)(words) for words in jobs]
        return list(cautions(composed, [Job(job.overrides, Request(job.nodes(), split)) for job in composed]))


def test_seeds_that_draw_test_photos_are_said_with_what_to_type():
    (message,) = said(["seed=0"], ["seed=1"], split=False)
    assert "type replicates=2 in place of the seeds" in message
    (message,) = said(["split=stratified", "seed=0"], ["split=stratified", "seed=1"])
    assert "aggregate_over=seed" in message


@pytest.mark.parametrize(
    ("jobs", "split"),
    [
        ([["seed=0"], ["seed=1"]], True),
        ([["backbone=cnn"], ["backbone=timm"]], False),
        ([["seed=0", "aggregate_over=seed"], ["seed=1", "aggregate_over=seed"]], False),
        ([["task=cluster", "seed=0"], ["task=cluster", "seed=1"]], False),
    ],
)
def test_nothing_is_said_of_runs_on_the_same_test_photos(jobs, split):
    assert said(*jobs, split=split) == []


def test_unequal_epochs_are_said():
    (message,) = said(
        *(["training=thesis", "training.epochs=2", f"augmentation={name}"] for name in ("none", "thesis"))
    )
    assert "training.epochs=2 has no effect" in message
    assert "in 1 run of 2" in message
