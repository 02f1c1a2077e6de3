"""Every option file composes, and what it names takes every key it has."""

import inspect
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, ListConfig, OmegaConf

from experiments.config.instantiation import check_arguments, import_target, instantiate
from experiments.config.options import list_options
from experiments.config.paths import configuration_folder

CONF = configuration_folder()
OPTIONS = sorted(
    path.relative_to(CONF).with_suffix("").as_posix()
    for path in CONF.rglob("*.yaml")
    if path.parent != CONF and "hydra" not in path.relative_to(CONF).parts
)


def choice(option):
    group, _, name = option.partition("/") if option.startswith("experiment/") else option.rpartition("/")
    return f"{group}={name}"


def words(option):
    """The words that take an option; one of a group inside another needs that one too."""
    return ["sweeper=optuna", choice(option)] if option.startswith("sweeper/") else [choice(option)]


def composed(*words):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", overrides=list(words), return_hydra_config=True)


def nodes(value, path=""):
    """Every component of a configuration with its path, missing values and interpolations left as they are."""
    if isinstance(value, dict):
        if "_target_" in value:
            yield path, value
        for key, one in value.items():
            yield from nodes(one, f"{path}.{key}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from nodes(one, f"{path}[{index}]")


def plain(config):
    assert isinstance(config, DictConfig | ListConfig)
    return OmegaConf.to_container(config, resolve=False)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_composes_and_its_keys_are_arguments(option):
    config = plain(composed(*words(option)))
    config.pop("hydra")
    found = list(nodes(config))
    assert found
    for path, node in found:
        check_arguments(node, path)


@pytest.mark.parametrize("option", [one for one in OPTIONS if not one.startswith(("data/", "task/", "experiment/"))])
def test_every_component_can_be_built(option):
    """Data sources and tasks need data; everything else is made here."""
    config = composed(*words(option))
    group = option.split("/")[0]
    if group in {"protocol", "defect"}:
        assert config.pixels.size > 0
        return
    if group == "sweeper":
        pytest.importorskip("optuna")
    built = instantiate(OmegaConf.to_container(config[group], resolve=True), group)
    assert callable(built) or built is not None


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.startswith("experiment/")])
def test_an_experiment_is_called_by_its_path(option):
    name = option.removeprefix("experiment/")
    config = composed(f"experiment={name}")
    assert config.name == name
    for row in config.published.get("rows", []):
        assert set(row) == {"name", "when", "metrics"}
        of_means = {config.mean_over: "mean"} if config.mean_over else {}
        for group, taken in row.when.items():
            if of_means.get(group) == taken:
                continue
            for one in [taken] if isinstance(taken, str) else taken:
                assert (CONF / group / f"{one}.yaml").is_file()


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.startswith("task/")])
def test_a_task_takes_keys_that_there_are(option):
    config = composed(*words(option))
    task = import_target(config.task["_target_"])
    parameters = set(inspect.signature(task).parameters) - {"run"}
    assert parameters <= set(config)
    assert inspect.getdoc(task)


def test_a_task_may_prefer_an_option_and_the_command_line_has_the_last_word():
    def embedder(*words):
        return composed(*words).embedder._target_.rpartition(".")[2]

    assert embedder("task=search") == "conse"
    assert embedder("task=match") == embedder("experiment=thesis/same_object") == "backbone_features"
    assert embedder("task=match", "embedder=conse") == embedder("experiment=extend/match", "embedder=conse") == "conse"
    (match,) = (one for one in list_options(CONF) if (one.group, one.name) == ("task", "match"))
    assert match.target == "experiments.tasks.match.match"
    assert match.summary.startswith("Find the pairs of photos")


def test_the_configuration_folder_is_the_checkouts():
    assert (Path(CONF) / "config.yaml").is_file()


def test_every_defect_of_the_thesis_has_its_counterpart_in_the_sweep():
    config = composed("experiment=thesis/defects")
    swept = config.hydra.sweeper.params.defect.split(",")
    assert sorted(swept) == sorted(path.stem for path in (CONF / "defect").glob("*.yaml"))
    pairs = [(pair.run.defect, pair.beside.defect) for pair in config.baseline]
    assert {one for pair in pairs for one in pair} == set(swept)
    assert len({run for run, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("defect", "counterpart", "keys"),
    [
        ("one_run", "none", {"replicates"}),
        ("unit_pixels", "none", {"backbone"}),
        ("city_leak", "city_apart", {"split", "leaks"}),
        ("unknowns_known", "unknowns_new", {"unknowns"}),
        ("validation_augmented", "validation_plain", {"augmentation"}),
        ("gate_lacks_eight", "gate_whole", {"split"}),
        ("clusters_one_seed", "clusters_over_seeds", {"replicates"}),
    ],
)
def test_a_defect_differs_from_its_counterpart_in_nothing_else(defect, counterpart, keys):
    one, other = (plain(composed("protocol=reduced", f"defect={name}")) for name in (defect, counterpart))
    assert {key for key in one if key != "hydra" and one[key] != other[key]} == keys
