"""`hito wandb-sweep OVERRIDE ...`: a Weights & Biases sweep with the axes of a sweep of hito."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig

from experiments.cli.arguments import Arguments
from experiments.cli.commands import COMMANDS
from experiments.config import compose_config
from experiments.sweeps.tuning import Axis, Choice, read_axes

DEFAULT_METRIC = COMMANDS["wandb-sweep"].options["metric"].default


def wandb_sweep_command(arguments: Arguments) -> None:
    """Print the definition of a sweep, which `wandb sweep FILE` registers and `wandb agent ID` carries out.

    The axes are those of the overrides and of the experiment that they name; all other values are the same in all runs.
    If an axis is an interval, Weights & Biases searches by `metric=` (Bayesian optimisation); otherwise it runs a grid.

    Args:
        arguments: Overrides of a sweep of hito, and `metric=`.

    Raises:
        ConfigError: There is no axis.
        hydra.errors.HydraException: An override is wrong.
    """
    definition = sweep_definition(arguments.overrides, arguments.options["metric"])
    yaml.safe_dump(definition, sys.stdout, sort_keys=False, allow_unicode=True)


def sweep_definition(overrides: Sequence[str], metric: str = DEFAULT_METRIC) -> dict[str, Any]:
    """Return the sweep configuration of Weights & Biases.

    Args:
        overrides: Of a sweep of hito, with at least one axis: `backbone=cnn,timm`.
        metric: That a search optimises: a key of the history or the summary of the runs. It is minimised if its name
            contains "loss".
    """
    parsed = OverridesParser.create().parse_overrides(list(overrides))
    single = [str(override.input_line) for override in parsed if not override.is_sweep_override()]
    config = compose_config(single, return_hydra_config=True)
    HydraConfig.instance().set_config(config)  # `config.name` is an interpolation of Hydra's part
    fixed, axes = read_axes(OverridesParser.create().parse_overrides([*experiment_axes(config), *overrides]))
    is_search = any(not isinstance(axis, Choice) and axis.step is None for axis in axes.values())
    definition: dict[str, Any] = {
        "program": "hito",
        "name": str(config.name),
        "project": str(config.tracker.get("project", "hito")),
        "method": "bayes" if is_search else "grid",
        "parameters": {key.lstrip("+"): parameter(axis) for key, axis in axes.items()},
        "command": ["${env}", "hito", *fixed.values(), "hydra.mode=RUN", "${args_no_hyphens}"],
    }
    if is_search:
        definition["metric"] = {"name": metric, "goal": "minimize" if "loss" in metric else "maximize"}
    return definition


def experiment_axes(config: DictConfig) -> list[str]:
    """Return the axes of the experiment itself, as overrides."""
    params: Mapping[str, Any] = config.hydra.sweeper.get("params") or {}
    return [f"{key}={value}" for key, value in params.items()]


def parameter(axis: Axis) -> dict[str, Any]:
    """Return an axis as a parameter of a Weights & Biases sweep."""
    if isinstance(axis, Choice):
        return {"values": [yaml.safe_load(word.replace("\\", "")) for word in axis.words]}
    low, high = (int(axis.low), int(axis.high)) if axis.integer else (axis.low, axis.high)
    if axis.step is not None:
        count = round((axis.high - axis.low) / axis.step) + 1
        values = [axis.low + index * axis.step for index in range(count)]
        return {"values": [int(value) if axis.integer else round(value, 12) for value in values]}
    if axis.log:
        distribution = "q_log_uniform_values" if axis.integer else "log_uniform_values"
        return {"min": low, "max": high, "distribution": distribution}
    return {"min": low, "max": high, "distribution": "int_uniform" if axis.integer else "uniform"}
