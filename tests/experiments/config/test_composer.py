"""Jobs of a sweep are composed as Hydra composes them, whatever they share."""

import itertools

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.config.composer import Composer
from experiments.config.paths import configuration_folder

CONF = configuration_folder()


@pytest.fixture(scope="module")
def loader():
    """Hydra's configuration loader."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return GlobalHydra.instance().hydra.config_loader


@pytest.fixture(scope="module")
def master(loader):
    """The configuration of a sweep."""
    return loader.load_configuration("config", ["hydra.job.name=j"], run_mode=RunMode.MULTIRUN)


@pytest.fixture(scope="module")
def hydras_and_ours(loader, master):
    """Compose a job with Hydra itself and with a composer that all tests share."""
    composer = Composer(loader, master)
    return lambda words: (loader.load_sweep_config(master, words), composer(words))


def check_equal(expected, found):
    HydraConfig.instance().set_config(expected)
    plain = OmegaConf.masked_copy(expected, [key for key in expected if key != "hydra"])
    assert found.config == plain
    if not OmegaConf.missing_keys(plain):
        assert found.nodes() == OmegaConf.to_container(plain, resolve=True)
    choices = {key: str(value) for key, value in expected.hydra.runtime.choices.items() if "hydra/" not in key}
    for said_by_hydra in ("launcher", "sweeper"):
        choices.pop(said_by_hydra, None)
    assert found.choices() == choices


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["seed=3", "training.epochs=2", "backbone=cnn", "+training.note=[1,2]", "~training.keep"],
        ["experiment=thesis/closed_set", "augmentation=thesis", "reference_results.source=x"],
        ["tracker=none", "+split@other=stratified", "training=modern", "training.optimizer.lr=${training.epochs}"],
        ["pixels=crop", "protocol=reduced", "head=dual_cnn"],  # protocol sets pixels.size after pixels did
        ["backbone=efficientnet_lite2"],  # another default of pixels.size
        ["backbone=side_by_side", "backbone@backbone.first=mobilenet_v2", "backbone.second.image_size=32"],
        ["experiment=thesis/defects", "defect=one_run", "task=open_set", "detector=knn"],
        ["task=review", "quality=photo", "data@existing=table", "existing.path=/x", "data=folder", "data.root=/y"],
        ["head=closed", "task=cluster", "name=${hydra:job.name}"],
        ["head=closed", "task=cluster", "name=${hydra:runtime.choices.head}", "+more=${head.rest}"],
    ],
    ids=" ".join,
)
def test_jobs_are_composed_as_hydra_composes_them(words, hydras_and_ours):
    for seed in (1, 2):  # the second shares what the first made
        check_equal(*hydras_and_ours([*words, f"resplit={seed == 1}", f"+number={seed}"]))


GROUPS = {
    group.name: sorted(path.stem for path in group.glob("*.yaml"))
    for group in sorted(CONF.iterdir())
    if group.is_dir() and group.name not in {"hydra", "launcher", "sweeper", "experiment", "data", "quality", "faults"}
}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_options_of_any_groups_are_composed_as_by_hydra(data, hydras_and_ours):
    groups = data.draw(st.lists(st.sampled_from(sorted(GROUPS)), min_size=1, max_size=5, unique=True))
    words = [f"{group}={data.draw(st.sampled_from(GROUPS[group]))}" for group in groups]
    experiment = data.draw(st.sampled_from([[], ["experiment=thesis/region"], ["experiment=extend/open_set"]]))
    check_equal(*hydras_and_ours([*experiment, *words, "seed=4"]))


@pytest.mark.parametrize("words", [["head=no"], ["head=closed", "head=no"], ["head=closed", "seeed=3"]], ids=" ".join)
def test_what_hydra_refuses_is_refused_in_its_words(words, loader, master):
    with pytest.raises(HydraException) as expected:
        loader.load_sweep_config(master, words)
    with pytest.raises(HydraException) as found:
        Composer(loader, master)(words)
    assert str(found.value) == str(expected.value)


def test_jobs_of_a_sweep_do_not_touch_one_another(loader, master):
    composer = Composer(loader, master)
    jobs = itertools.product(("mobilenet_v2", "timm"), (1, 2))
    seen = [composer([f"seed={seed}", f"backbone={name}"]).nodes() for name, seed in jobs]
    names = [(one["seed"], one["backbone"]["_target_"].rpartition(".")[2]) for one in seen]
    assert names == [(1, "mobilenet_v2"), (2, "mobilenet_v2"), (1, "timm_model"), (2, "timm_model")]


@pytest.mark.parametrize(
    "words",
    [
        ["training=thesis", "training.epochs=3", "~training.epochs"],
        ["training=thesis", "training.epochs=5", "~training.epochs=5"],
        ["+training.note=1", "++training.note=2", "++training.other={a: 1}"],
        ["+training.note=a", "backbone=cnn", "training.note=b"],
        ["matching=cosine", "head=closed", "matching.folds=2"],  # an option with a base of its own group
        ["task=search", "top_k=3", "+unheard_of=[1]"],
    ],
    ids=" ".join,
)
def test_additions_and_deletions_are_applied_as_by_hydra(words, hydras_and_ours):
    for _ in range(2):
        check_equal(*hydras_and_ours(words))


@pytest.mark.parametrize("words", [["+seed=3"], ["~seeed"], ["seed.deeper=3"], ["head@other=closed"]], ids=" ".join)
def test_overrides_that_cannot_be_applied_are_refused_by_hydra(words, loader, master):
    with pytest.raises(HydraException) as expected:
        loader.load_sweep_config(master, words)
    with pytest.raises(HydraException) as found:
        Composer(loader, master)(words)
    assert str(found.value) == str(expected.value)


def test_another_search_path_is_honoured(tmp_path):
    (tmp_path / "head").mkdir()
    (tmp_path / "head" / "theirs.yaml").write_text("_target_: theirs.Head\nwidth: 3\n", encoding="utf-8")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        loader = GlobalHydra.instance().hydra.config_loader
        words = [f"hydra.searchpath=[file://{tmp_path}]"]
        master = loader.load_configuration("config", words, run_mode=RunMode.MULTIRUN)
    composer = Composer(loader, master)
    for words in (["head=theirs", "head.width=4"], ["head=closed"], ["backbone=cnn", "head=theirs"]):
        check_equal(loader.load_sweep_config(master, words), composer(words))


def test_most_jobs_of_a_sweep_are_not_composed_by_hydra(loader, master, monkeypatch):
    composed, original = [], type(loader).load_sweep_config

    def count(self, master, words):
        composed.append(words)
        return original(self, master, words)

    monkeypatch.setattr(type(loader), "load_sweep_config", count)
    composer = Composer(loader, master)
    for backbone, head, seed in itertools.product(("mobilenet_v2", "timm"), ("closed", "rest_class"), range(5)):
        composer([f"backbone={backbone}", f"head={head}", f"seed={seed}"])
    assert composed == [[]]
