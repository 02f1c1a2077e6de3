"""`hito wandb-sweep`: the commands that an agent of Weights & Biases would run are commands of hito."""

import itertools

import pytest
import yaml

from components.errors import ConfigError
from experiments.cli import main
from experiments.cli.wandb_sweep import sweep_definition
from experiments.config import compose_config


def jobs_of(definition):
    """The arguments that W&B's agent passes to hito, for every point of a grid; for the ends of an interval."""
    parameters = definition["parameters"].items()
    values = {key: parameter.get("values") or [parameter["min"], parameter["max"]] for key, parameter in parameters}
    before = [word for word in definition["command"] if word not in {"${env}", "hito", "${args_no_hyphens}"}]
    for point in itertools.product(*values.values()):
        yield [*before, *(f"{key}={value}" for key, value in zip(values, point, strict=True))]


def test_a_grid_is_the_experiments_own_axes():
    definition = sweep_definition(["experiment=thesis/closed_set", "training.epochs=3"])
    assert (definition["method"], definition["name"], definition["program"]) == ("grid", "thesis/closed_set", "hito")
    assert definition["parameters"]["augmentation"] == {"values": ["none", "thesis"]}
    assert "metric" not in definition
    assert definition["command"][-1] == "${args_no_hyphens}"
    jobs = list(jobs_of(definition))
    assert len(jobs) == 4
    for words in jobs:
        config = compose_config(words, return_hydra_config=True)
        assert config.training.epochs == 3
        assert str(config.hydra.mode) == "RunMode.RUN"
        assert f"backbone={config.hydra.runtime.choices.backbone}" in words


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("tag(log, interval(1e-4, 1e-1))", {"min": 1e-4, "max": 1e-1, "distribution": "log_uniform_values"}),
        ("interval(0, 0.5)", {"min": 0.0, "max": 0.5, "distribution": "uniform"}),
        ("int(interval(1, 5))", {"min": 1, "max": 5, "distribution": "int_uniform"}),
        ("tag(log, int(interval(1, 64)))", {"min": 1, "max": 64, "distribution": "q_log_uniform_values"}),
        ("range(16, 65, 16)", {"values": [16, 32, 48, 64]}),
        ("range(0.1, 0.5, 0.1)", {"values": [0.1, 0.2, 0.3, 0.4]}),
        ("choice(1, 0.5, true, a)", {"values": [1, 0.5, True, "a"]}),
    ],
)
def test_axes_as_weights_and_biases_writes_them(word, expected):
    assert sweep_definition([f"training.clip_norm={word}"])["parameters"] == {"training.clip_norm": expected}


def test_intervals_are_searched_by_a_metric():
    definition = sweep_definition(["training.optimizer.lr=interval(0,1)"], "closed-0/validation_loss")
    assert definition["method"] == "bayes"
    assert definition["metric"] == {"name": "closed-0/validation_loss", "goal": "minimize"}


def test_the_command_prints_yaml(capsys):
    assert main(["wandb-sweep", "backbone=cnn,timm", "metric=accuracy"]) == 0
    read = yaml.safe_load(capsys.readouterr().out)
    assert read["parameters"] == {"backbone": {"values": ["cnn", "timm"]}}


def test_wrong_words_are_said(capsys):
    with pytest.raises(ConfigError, match="nothing to search"):
        sweep_definition(["backbone=cnn"])
    assert main(["wandb-sweep", "sede=1", "backbone=cnn,timm"]) == 2
    assert "Did you mean seed" in capsys.readouterr().err
