"""Values are held against annotations and ranges: whatever is typed, a wrong value is named and nothing starts."""

import ast
from functools import cache

import pytest
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.config import compose_config, configuration_folder, flatten, resolved
from experiments.config.checks import InvalidValueError, check_values
from experiments.config.ranges import RANGES, Range, range_of
from experiments.config.shared_keys import SHARED_KEYS, type_of_key
from experiments.config.signatures import parameters
from experiments.config.value_types import in_words, kinds, of_annotation, of_text

CONF = configuration_folder()
OPTIONS = sorted(
    path.relative_to(CONF).with_suffix("").as_posix()
    for path in CONF.rglob("*.yaml")
    if path.parent != CONF and "hydra" not in path.relative_to(CONF).parts
)
NEEDED = {"sweeper": ["sweeper=optuna", "training=thesis"], "quality": ["task=review"], "faults": ["task=review"]}
MISSING = {
    "data/folder": ["data.root=x"],
    "data/torchvision": ["data.root=x"],
    "data/archive": ["data.path=x"],
    "data/table": ["data.path=x"],
    "assignment/table": ["assignment.file=x"],
    "experiment/extend/cifar10_open_set": ["data.path=x"],
}
INSTALLED = {"joblib", "ray", "submitit_local", "submitit_slurm"}


def words_of(option):
    group, _, name = option.partition("/") if option.startswith("experiment/") else option.rpartition("/")
    needed = NEEDED.get(group.split("/")[0], [])
    if group.startswith("training/") or option.startswith("defect/"):
        needed = ["training=thesis"]
    return [*needed, f"{group}={name}", *MISSING.get(option, [])]


def nodes_of(words, config_name="config"):
    return composed(tuple(words), config_name)


@cache
def composed(words, config_name):
    whole = compose_config(words, config_name, return_hydra_config=True)
    HydraConfig.instance().set_config(whole)
    return resolved(OmegaConf.masked_copy(whole, [str(key) for key in whole if key != "hydra"]))


def problem(*words, config_name="config"):
    with pytest.raises(InvalidValueError) as error:
        check_values(nodes_of(words, config_name))
    return str(error.value)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_right_as_it_is(option):
    try:
        nodes = nodes_of(words_of(option))
    except HydraException:
        if option.removeprefix("launcher/") in INSTALLED:
            pytest.skip("the launcher is not installed")
        raise
    check_values(nodes)


def test_the_configuration_of_serve_is_right():
    check_values(nodes_of([], "serve"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["seed=abc"], "seed=abc: expected a whole number from 0 to 2,147,483,647"),
        (["training.epochs=1.5"], "training.epochs=1.5: expected a whole number of 1 or more"),
        (["training.epochs=true"], "training.epochs=true: expected a whole number of 1 or more"),
        (["pixels.size=64x64"], "pixels.size=64x64: expected a whole number from 1 to 16,384"),
        (["training.optimizer.lr=abc"], "training.optimizer.lr=abc: expected a number above 0"),
        (["training.optimizer.lr=nan"], "training.optimizer.lr=nan: expected a number above 0"),
        (["training.optimizer.lr=-1"], "training.optimizer.lr=-1: expected a number above 0"),
        (["training.clip_norm=inf"], "training.clip_norm=inf: expected a number above 0, or null"),
        (["task=head_search", "learning_rates=0.1"], "learning_rates=0.1: expected a list, each a number above 0. For"),
        (["task=head_search", "learning_rates=[0.1,-1]"], "learning_rates=[0.1, -1]: expected a list, each a number"),
        (["head.hidden=big"], "head.hidden=big: expected a number above 0, or null"),
        (["training.optimizer=sgd"], "type training/optimizer=sgd"),
        (["augmentation=thesis", "augmentation.transform=flip"], "expected a component"),
        (["replicates=0"], "replicates=0: expected a whole number of 1 or more"),
        (["split.validation=1"], "split.validation=1: expected a number of 0 or more and below 1"),
        (["resplit=1"], "resplit=1: expected true or false"),
        (["on_leak=stop"], "on_leak=stop: expected error, warn or ignore"),
        (["if_exists=again"], "if_exists=again: expected resume, retry or overwrite"),
        (["pixels.resize=cro"], "pixels.resize=cro: expected squash or crop"),
        (["data=folder", "data.root=null"], "data.root=null: expected a path"),
        (["data=folder", "data.root=x", "data.splits=maybe"], "data.splits=maybe: expected true or false, or auto"),
        (["augmentation=thesis", "augmentation.transform.zoom=2"], "augmentation.transform.zoom=2: expected a list"),
        (["sweeper=optuna", "sweeper.n_trials=0"], "sweeper.n_trials=0: expected a whole number of 1 or more"),
        (["sweeper=optuna", "sweeper.sampler.n_startup_trials=x"], "sweeper.sampler.n_startup_trials=x: expected a wh"),
        (["launcher=pool", "launcher.workers=many"], "launcher.workers=many: expected a whole number of -1 or more"),
        (["+training.foo=1"], "training.foo: components.training.settings.Training has no such parameter. Its param"),
        (["+training.optimizer.foo=1"], "training.optimizer.foo: components.training.keras_adam.KerasAdam has no such"),
        (["+foo=1"], "foo: nothing reads this key"),
        (["+epochs=100"], "epochs: nothing reads this key. Did you mean training.epochs?"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(words, expected):
    about_epochs = any("training" in word or "epochs" in word for word in words)
    assert expected in problem(*(["training=thesis"] if about_epochs else []), *words)


def test_a_value_that_others_are_taken_from_is_named_once():
    assert problem("seed=abc").count("seed=abc") == 1


def test_all_wrong_values_are_named():
    assert problem("seed=x", "training=thesis", "training.epochs=0").count("\n") == 1


def test_a_key_that_others_refer_to_is_read():
    config = compose_config(["+fold=3", "output=runs/${fold}", "name=x"])
    check_values(resolved(config), config)
    with pytest.raises(InvalidValueError, match="fold: nothing reads this key"):
        check_values(resolved(compose_config(["+fold=3", "name=x"])))


def test_port_of_serve():
    assert problem("port=70000", config_name="serve") == "port=70000: expected a whole number from 0 to 65,535"


def numeric_keys():
    """Every key of every option whose value is a number, with the configuration of the option."""
    found = {}
    for option in OPTIONS:
        try:
            nodes = nodes_of(words_of(option))
        except (HydraException, OmegaConfBaseException):
            continue
        for key, value in flatten(nodes).items():
            is_open = key.startswith(("reference_results", "filters", "baseline"))
            if isinstance(value, int | float) and not isinstance(value, bool) and not is_open:
                found.setdefault(key, nodes)
    return found


@pytest.fixture(scope="module")
def keys():
    return numeric_keys()


def replaced(nodes, key, value):
    """The nodes with another value at a dotted key, or None if it lies in a list."""
    first, _, rest = key.partition(".")
    if not isinstance(nodes, dict) or first not in nodes:
        return None
    inside = replaced(nodes[first], rest, value) if rest else value
    return None if rest and inside is None else {**nodes, first: inside}


@pytest.mark.parametrize(
    "wrong",
    ["abc", "1 2", float("nan"), float("inf"), -(10**400), 10**400, True, [], {"a": 1}],
    ids=lambda wrong: str(wrong)[:5],
)
def test_every_number_of_every_option_is_checked(keys, wrong):
    """No wrong type passes; the check itself never fails with another error."""
    assert len(keys) > 100
    passed = []
    for key, nodes in keys.items():
        if key.startswith("training.estimator."):
            continue  # scikit-learn annotates nothing
        first = key.partition(".")[0]
        changed = replaced({first: nodes[first], "task": nodes["task"]}, key, wrong)
        if changed is None:
            continue
        try:
            check_values(changed)
        except InvalidValueError as error:
            assert f"{key}=" in str(error)  # noqa: PT017
        else:
            passed.append(key)
    allowed = {list: "list", dict: "component", bool: "bool", str: "text"}.get(type(wrong), "")
    assert [key for key in passed if allowed not in kinds(type_at(keys[key], key))] == []


def type_at(nodes, key):
    parent, _, name = key.rpartition(".")
    node = nodes
    for part in parent.split(".") if parent else ():
        node = node[part]
    target = node.get("_target_") if parent else None
    if target is None:
        return type_of_key(key, nodes)
    parameter = (parameters(target) or {}).get(name)
    return of_annotation(parameter.annotation, parameter.module) if parameter else ()


@settings(max_examples=40, deadline=None)
@given(value=st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.lists(st.integers())))
def test_a_value_is_right_or_named_whatever_it_is(value):
    nodes = nodes_of(["training=thesis"])
    for key in ("seed", "training.epochs", "training.optimizer.lr", "head.hidden", "output", "resplit", "pixels.size"):
        changed = replaced(nodes, key, value)
        try:
            check_values(changed)
        except InvalidValueError as error:
            assert f"{key}=" in str(error)  # noqa: PT017


def test_every_number_of_a_component_has_a_range():
    without = set()
    for option in OPTIONS:
        node = OmegaConf.to_container(OmegaConf.load(CONF / f"{option}.yaml"), resolve=False)
        for target in targets(node):
            if not target.startswith("components."):
                continue
            for name, parameter in (parameters(target) or {}).items():
                types = of_annotation(parameter.annotation, parameter.module)
                is_number = kinds(types) & {"int", "float"} and name != "progress"  # given by the training loop
                if is_number and range_of(name, target) is None:
                    without.add(f"{target}.{name}")
    assert without == set()


def targets(node):
    if isinstance(node, dict):
        yield from ([node["_target_"]] if "_target_" in node else [])
        for value in node.values():
            yield from targets(value)
    if isinstance(node, list):
        for value in node:
            yield from targets(value)


def test_every_key_of_the_configuration_has_a_type():
    for name in ("config", "serve"):
        keys = [key for key in OmegaConf.load(CONF / f"{name}.yaml") if key not in {"defaults", "hydra"}]
        assert [key for key in keys if key not in SHARED_KEYS] == []
    for annotation in SHARED_KEYS.values():
        assert of_text(annotation)


def test_every_key_that_a_task_reads_has_a_type():
    for path in (CONF / "task").glob("*.yaml"):
        nodes = nodes_of([f"task={path.stem}"])
        for key in nodes:
            if not (CONF / key).is_dir():
                assert type_of_key(key, nodes), key


def test_ranges_in_words_and_at_their_ends():
    assert str(Range(0, 1, above=True, below=True)) == "between 0 and 1, both excluded"
    assert str(Range(0, 1, above=True)) == "above 0 and of at most 1"
    assert Range(0, 1).holds(0) and Range(0, 1).holds(1) and not Range(0, 1).holds(1.1)  # noqa: PT018
    assert not Range(0, above=True).holds(0)
    assert not Range(0, 1, below=True).holds(1)
    assert range_of("lr") is RANGES["lr"]
    assert range_of("workers", "launcher") == Range(-1)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("int | None", "a whole number, or null"),
        ("str | Path", "a path"),
        ("Literal['a', 'b']", "a or b"),
        ("Sequence[str]", "a list, each a text"),
        ("Optional[Union[float, Sequence[float]]]", "a number, a list, each a number, or null"),
        ("tuple[float, float]", "a list of 2 values, each a number"),
        ("float | Tensor", "a number"),
        ("Callable[..., Any]", "a component"),
        ("'int'", "a whole number"),
    ],
)
def test_annotations_in_words(annotation, expected):
    assert in_words(of_annotation(ast.parse(annotation, mode="eval").body, "")) == expected
