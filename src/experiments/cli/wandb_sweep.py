"""`hito wandb-sweep WORDS`: a Weights & Biases sweep from the words of a sweep of hito."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig

from experiments.config import CONFIG_NAME, configuration_folder
from experiments.sweeps.tuning import Axis, Choice, read_axes

METRIC = "closed-0/validation_accuracy"


def wandb_sweep_command(words: Sequence[str]) -> None:
    """Print the definition of a sweep that `wandb sweep FILE` registers and `wandb agent ID` carries out.

    The axes are those of the words, and of the experiment that they name; everything else is the same in all runs.
    With intervals it is a Bayesian search by `metric=NAME`, else a grid. The file goes to standard output.

    Raises:
        ConfigError: When there is no axis.
        HydraException: When a word is wrong.
    """
    named = [word.removeprefix("metric=") for word in words if word.startswith("metric=")]
    own = [word for word in words if not word.startswith("metric=")]
    definition = wandb_sweep(own, named[-1] if named else METRIC)
    yaml.safe_dump(definition, sys.stdout, sort_keys=False, allow_unicode=True)


def wandb_sweep(words: Sequence[str], metric: str = METRIC) -> dict[str, Any]:
    """The definition, as W&B's sweep configuration has it.

    Args:
        words: Of a sweep of hito: axes in Hydra's words, options and values.
        metric: What W&B chooses by where it chooses: a key of the runs' history or summary.
    """
    parsed = OverridesParser.create().parse_overrides(list(words))
    single = [str(one.input_line) for one in parsed if not one.is_sweep_override()]
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(configuration_folder()), version_base="1.3"):
        config = compose(CONFIG_NAME, overrides=single, return_hydra_config=True)
    HydraConfig.instance().set_config(config)  # the configuration names its task through it
    fixed, axes = read_axes(OverridesParser.create().parse_overrides([*own_axes(config), *words]))
    chosen = any(not isinstance(axis, Choice) and axis.step is None for axis in axes.values())
    found: dict[str, Any] = {
        "program": "hito",
        "name": str(config.name),
        "project": str(config.tracker.get("project", "hito")),
        "method": "bayes" if chosen else "grid",
        "parameters": {key.lstrip("+"): parameter(axis) for key, axis in axes.items()},
        "command": ["${env}", "hito", *fixed.values(), "hydra.mode=RUN", "${args_no_hyphens}"],
    }
    if chosen:
        goal = "minimize" if "loss" in metric else "maximize"
        found["metric"] = {"name": metric, "goal": goal}
    return found


def own_axes(config: DictConfig) -> list[str]:
    """The axes that an experiment has of its own."""
    params: Mapping[str, Any] = config.hydra.sweeper.get("params") or {}
    return [f"{key}={value}" for key, value in params.items()]


def parameter(axis: Axis) -> dict[str, Any]:
    """An axis as W&B writes it."""
    if isinstance(axis, Choice):
        return {"values": [yaml.safe_load(word.replace("\\", "")) for word in axis.words]}
    low, high = (int(axis.low), int(axis.high)) if axis.integer else (axis.low, axis.high)
    if axis.step is not None:
        count = round((axis.high - axis.low) / axis.step) + 1
        values = [axis.low + index * axis.step for index in range(count)]
        return {"values": [int(one) if axis.integer else round(one, 12) for one in values]}
    if axis.log:
        return {
            "min": low,
            "max": high,
            "distribution": "q_log_uniform_values" if axis.integer else "log_uniform_values",
        }
    return {"min": low, "max": high, "distribution": "int_uniform" if axis.integer else "uniform"}
