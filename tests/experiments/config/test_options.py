"""Every option file composes, its component has every parameter that it sets, and it is listed with a summary."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, ListConfig, OmegaConf

from experiments.config.instantiation import check_arguments, import_target, instantiate
from experiments.config.introspection import definition
from experiments.config.options import list_options
from experiments.config.paths import configuration_folder
from experiments.runs.source_version import HITO

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
    """The overrides that take an option; some groups are only there with an option of another group."""
    needed = {"sweeper": "sweeper=optuna", "quality": "task=review", "faults": "task=review"}
    group = option.split("/")[0]
    of_thesis = option.startswith(("training/", "defect/", "sweeper/")) and option.count("/") > (group != "defect")
    thesis = ["training=thesis"] if of_thesis else []
    return [*thesis, *([needed[group]] if group in needed else []), choice(option)]


def composed(*words):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", overrides=list(words), return_hydra_config=True)


def nodes(value, path=""):
    """Yield every component of a configuration with its key, missing values and interpolations left as they are."""
    if isinstance(value, dict):
        if "_target_" in value:
            yield path, value
        for key, item in value.items():
            yield from nodes(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nodes(item, f"{path}[{index}]")


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


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if not option.startswith(("data/", "task/", "experiment/"))]
)
def test_every_component_can_be_built(option):
    """Data sources and tasks need data; everything else is made here."""
    config = composed(*words(option))
    group = option.split("/")[0]
    if group in {"protocol", "defect", "recipe"}:
        assert config.pixels.size > 0
        return
    if group == "sweeper":
        pytest.importorskip("optuna")
    built = instantiate(OmegaConf.to_container(config[group], resolve=True), group)
    assert callable(built) or built is not None


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.startswith("experiment/")])
def test_an_experiment_is_called_by_its_path(option):
    name = option.removeprefix("experiment/")
    config = composed(f"experiment={name}")
    assert config.name == name
    for row in config.reference_results.get("rows", []):
        assert set(row) == {"name", "when", "metrics"}
        of_means = {config.aggregate_over: "mean"} if config.aggregate_over else {}
        for group, taken in row.when.items():
            if of_means.get(group) == taken:
                continue
            for one in [taken] if isinstance(taken, str) else taken:
                assert (CONF / group / f"{one}.yaml").is_file()


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.startswith("task/")])
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
    pairs = [(pair.run.defect, pair.reference.defect) for pair in config.baseline]
    assert {one for pair in pairs for one in pair} == set(swept)
    assert len({run for run, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("defect", "counterpart", "keys"),
    [
        ("one_run", "none", {"replicates"}),
        ("unit_pixels", "none", {"backbone"}),
        ("city_leak", "city_apart", {"split", "on_leak"}),
        ("unknowns_known", "unknowns_new", {"unknowns"}),
        ("validation_augmented", "validation_plain", {"augmentation"}),
        ("gate_lacks_eight", "gate_whole", {"split"}),
        ("clusters_one_seed", "clusters_over_seeds", {"replicates"}),
    ],
)
def test_a_defect_differs_from_its_counterpart_in_nothing_else(defect, counterpart, keys):
    one, other = (plain(composed("protocol=reduced", f"defect={name}")) for name in (defect, counterpart))
    assert {key for key in one if key != "hydra" and one[key] != other[key]} == keys


LISTED = list(list_options(CONF))


@pytest.mark.parametrize("option", LISTED, ids=lambda option: f"{option.group}={option.name}")
def test_every_option_has_a_summary(option):
    assert option.summary
    assert option.summary != option.target, "the component has no docstring in its defining module"


def targets():
    """Every component of hito's that a file of the configuration names."""
    for path in CONF.rglob("*.yaml"):
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
        for _, node in nodes(content):
            if node["_target_"].split(".")[0] in HITO:
                yield path.relative_to(CONF).parts[0], node["_target_"]


@pytest.mark.parametrize("target", sorted({target for _, target in targets()}))
def test_every_component_is_defined_in_the_module_that_is_named(target):
    found = definition(target)
    assert found is not None, "_target_ names the module that defines the component, not one that imports it"
    assert ast.get_docstring(found)


def test_components_of_a_group_differ_in_more_than_their_module():
    """Run ids leave the module out (`experiments.runs.identity`)."""
    names = {(group, target.rpartition(".")[2]): set() for group, target in targets()}
    for group, target in targets():
        names[group, target.rpartition(".")[2]].add(target)
    assert [found for found in names.values() if len(found) > 1] == []


def test_options_are_listed_without_importing_their_components():
    code = "import sys; from experiments.config import *; list(list_options(configuration_folder())); "
    code += "print('torch' in sys.modules, 'sklearn' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


def listed(group, name):
    (option,) = (option for option in LISTED if (option.group, option.name) == (group, name))
    return option


def test_an_option_is_listed_with_the_keys_of_its_base():
    fused, cosine = listed("matching", "fused"), listed("matching", "cosine")
    assert cosine.target == fused.target == "components.matching.matcher.Matching"
    assert cosine.arguments == fused.arguments | {"use": ["cosine"]}
    assert cosine.summary != fused.summary


def test_an_option_is_listed_as_it_is_composed():
    for option in LISTED:
        if option.group in {"matching", "head", "detector", "backbone", "clusterer"}:
            node = plain(composed("training=thesis", f"{option.group}={option.name}")[option.group])
            expected = {"_target_": option.target} | option.arguments
            assert {key: node[key] for key in expected} == expected


def test_a_task_is_listed_with_the_keys_that_it_adds():
    assert listed("task", "cluster").arguments == {"k_max": 14}
    assert listed("task", "search").arguments == {"top_k": 9, "index": None}
    assert listed("task", "classify").arguments == {}
    assert "embedder" not in listed("task", "match").arguments
    assert listed("experiment", "thesis/closed_set").summary
