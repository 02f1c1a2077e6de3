"""What makes another search, and what does not."""

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode

from components.data import Manifest
from experiments.config import Composer, configuration_folder, resolved
from experiments.runs import request
from experiments.sweeps.tuning.search_name import name_of_search
from experiments.sweeps.tuning.search_space import read_axes, samples

AXIS = "training.optimizer.lr=tag(log, interval(1e-6, 1e-1))"


@pytest.fixture(autouse=True)
def photos(monkeypatch):
    """The photos of every configuration here: three whose content the test sets."""
    content = {"sha256": ["a", "b", "c"]}

    def read(_):
        manifest = Manifest.of("/photos", {"path": ["1", "2", "3"], **content})
        return manifest, manifest.fingerprint()

    monkeypatch.setattr(request, "photos_of", read)
    return content


@pytest.fixture
def name():
    """Return the name of the search that a command line asks for."""

    def named(*overrides):
        words = ["sweeper=optuna", "backbone=cnn", *overrides]
        with initialize_config_dir(str(configuration_folder()), version_base="1.3"):
            loader = GlobalHydra.instance().hydra.config_loader
            master = loader.load_configuration("config", words, run_mode=RunMode.MULTIRUN)
            HydraConfig.instance().set_config(master)
            fixed, axes = read_axes(OverridesParser.create().parse_overrides(words))
            sample = Composer(loader, master)(samples(fixed, axes)[0])
            return name_of_search(sample, axes, resolved(master.sweeper))

    return named


SAME = [
    ["launcher=pool", "launcher.workers=4"],
    ["launcher=joblib"],
    ["table_metrics=[kappa]"],
    ["+reference_results.source=x"],
    ["baseline={backbone: cnn}"],
    ["output=elsewhere", "name=other", "tracker=none"],
    ["if_exists=retry"],
    ["sweeper.n_trials=99"],
    ["sweeper.n_jobs=4"],
    ["sweeper.direction=maximize"],
    ["training.checkpoint_seconds=0"],
    ["training.epochs=25"],
]


@pytest.mark.parametrize("overrides", SAME, ids=" ".join)
def test_what_changes_no_trial_makes_no_other_search(name, overrides):
    assert name(AXIS, *overrides) == name(AXIS)


OTHER = [
    ["training.epochs=7"],
    ["backbone=timm", "training=thesis"],
    ["seed=1"],
    ["sweeper.seed=1"],
    ["sweeper/sampler=random"],
    ["sweeper.sampler.n_startup_trials=2"],
    ["sweeper/pruner=none"],
    ["sweeper.objective=validation_loss"],
    ["sweeper.direction=minimize"],
    ["training.optimizer.lr=tag(log, interval(1e-6, 1e-2))"],
    ["training.batch_size=choice(8, 16)"],
]


@pytest.mark.parametrize("overrides", OTHER, ids=" ".join)
def test_what_changes_a_trial_makes_another_search(name, overrides):
    assert name(AXIS, *overrides) != name(AXIS)


def test_other_photos_or_code_make_another_search(name, photos, monkeypatch):
    before = name(AXIS)
    monkeypatch.setattr("experiments.runs.identity.code_version", lambda config=None: "other")
    changed_code = name(AXIS)
    monkeypatch.undo()
    monkeypatch.setattr(request, "photos_of", lambda _: (Manifest.of("/photos", {"path": ["1"]}), "f00"))
    assert len({before, changed_code, name(AXIS)}) == 3
