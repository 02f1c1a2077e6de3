"""Old names of keys and options are answered with the new ones, and are gone from the configuration."""

import time

import pytest
import yaml

from components.errors import ConfigError
from experiments.cli import main
from experiments.cli.arguments import UsageError
from experiments.cli.renamed import (
    RENAMED_KEYS,
    RENAMED_VALUES,
    check_renamed,
    check_renamed_keys,
    check_renamed_metrics,
)
from experiments.config import configuration_folder, flatten

CONF = configuration_folder()
VALUES = [(key, old, new) for key, values in RENAMED_VALUES.items() for old, new in values.items()]


@pytest.mark.parametrize(("old", "new"), RENAMED_KEYS.items())
def test_a_renamed_key_is_answered_with_its_new_name(old, new, capsys):
    before = time.monotonic()
    assert main([f"{old}=1"]) == 2
    assert time.monotonic() - before < 1
    assert capsys.readouterr().err == f"{old} is now called {new}: type {new}=1\n"


@pytest.mark.parametrize(("key", "old", "new"), VALUES)
def test_a_renamed_value_is_answered_with_its_new_name(key, old, new, capsys):
    before = time.monotonic()
    assert main(["task=review", f"{key}={old}"]) == 2
    assert time.monotonic() - before < 1
    assert capsys.readouterr().err == f"{key}={old} is now called {key}={new}: type {key}={new}\n"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("runs=fresh", "runs is now called if_exists: type if_exists=overwrite"),
        ("++leaks=warn", "leaks is now called on_leak: type ++on_leak=warn"),
        ("~shown", "shown is now called table_metrics: type '~table_metrics'"),
        ("published.source=me", "published.source is now called reference_results.source"),
        ("faults=none,planted", "type faults=none,injected"),
        ("location/looks=geoclip", "type location/visual_prior=geoclip"),
        ("location.looks.top=3", "type location.visual_prior.top=3"),
        (
            "baseline=[{run: {a: b}, beside: {a: c}}]",
            "baseline=beside is now called baseline=reference: type 'baseline=[{run: {a: b}, reference: {a: c}}]'",
        ),
    ],
)
def test_what_to_type(word, expected):
    with pytest.raises(UsageError) as error:
        check_renamed(["-m", "seed=1", word])
    assert expected in str(error.value)


def test_new_names_and_similar_words_pass():
    check_renamed(["-m", "on_leak=warn", "top_k=3", "faults=injected", "topology=1", "--cfg", "query.text=asked"])


def test_commands_that_override_the_configuration_know_the_names_too(capsys):
    for words in (["serve", "risk=0.1"], ["wandb-sweep", "backbone=cnn,timm", "leaks=warn"]):
        assert main(words) == 2
        assert "is now called" in capsys.readouterr().err


def test_an_old_key_in_a_file_of_ones_own_is_an_error():
    check_renamed_keys(["on_leak", "seed"])
    with pytest.raises(ConfigError, match="shown is now called table_metrics: rename the key in your configuration"):
        check_renamed_keys(["seed", "shown"])


def test_a_renamed_metric_is_answered_wherever_it_is_named(capsys):
    with pytest.raises(ConfigError, match="table_metrics: fpr95 is now called fpr95_known: rename it in your config"):
        check_renamed_metrics(["oscr", "fpr95"])
    check_renamed_metrics(["oscr", "fpr95_unknown"])
    assert main(["compare", "a", "b", "metric=auroc,fpr95_new_unknowns"]) == 2
    assert "type metric=auroc,fpr95_known_new_unknowns" in capsys.readouterr().err


def documents():
    for path in CONF.rglob("*.yaml"):
        yield path, yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def keys_set(path, content):
    """Dotted keys that a file of the configuration sets, branches included."""
    is_global = path.parent == CONF or "@package _global_" in path.read_text(encoding="utf-8")
    prefix = "" if is_global else ".".join(path.relative_to(CONF).parent.parts) + "."
    leaves = {prefix + key for key in flatten(content)}
    return {".".join(key.split(".")[:length]) for key in leaves for length in range(1, key.count(".") + 2)}


@pytest.mark.parametrize("old", RENAMED_KEYS)
def test_no_renamed_key_is_in_the_configuration(old):
    assert not (CONF / old.replace(".", "/")).exists()
    for path, content in documents():
        assert old.replace("features.", "embedder.").replace("/", ".") not in keys_set(path, content), path


@pytest.mark.parametrize(("key", "old", "new"), VALUES)
def test_no_renamed_option_is_in_the_configuration(key, old, new):
    if (CONF / key).is_dir():
        assert not (CONF / key / f"{old}.yaml").exists()
        assert (CONF / key / f"{new}.yaml").is_file()
    for path, content in documents():
        for name, value in flatten(content).items():
            assert not (name.rpartition(".")[2] == key and old in str(value).split(",")), path
        for default in content.get("defaults", []):
            for group, option in default.items() if isinstance(default, dict) else ():
                assert not (group.removeprefix("override ").lstrip("/") == key and option == old), path
    assert not [path for path in CONF.rglob("*.yaml") if old == "beside" and "beside:" in path.read_text("utf-8")]


def test_new_names_exist_in_the_configuration():
    known = set().union(*(keys_set(path, content) for path, content in documents()))
    for new in RENAMED_KEYS.values():
        assert new.replace("features.", "embedder.").replace("/", ".") in known or (CONF / new).is_dir(), new
