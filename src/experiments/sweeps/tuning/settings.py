"""The configuration group `sweeper` of a search."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from components.errors import ConfigError
from experiments.config import instantiate


@dataclass(frozen=True)
class Settings:
    """Settings of a search.

    Attributes:
        objective: Column of curves.csv that is optimised.
        direction: maximize or minimize.
        n_trials: Number of trials of the whole search.
        n_jobs: Number of trials that run at a time.
        seed: Seed of the sampler.
        sampler: Makes an Optuna sampler, given its seed.
        pruner: Optuna pruner, which stops trials early.
    """

    objective: str
    direction: Literal["maximize", "minimize"]
    n_trials: int
    n_jobs: int
    seed: int
    sampler: Any
    pruner: Any

    @classmethod
    def of(cls, node: Any) -> Self:
        """Read the settings from the resolved configuration group.

        Raises:
            ConfigError: If a setting is invalid.
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(node, Mapping) or set(node) != names:
            raise ConfigError("hydra/sweeper=optuna reads its settings from the group `sweeper`: use sweeper=optuna")
        values = dict(node)
        if not str(values["objective"]).startswith("validation_"):
            raise ConfigError(
                f"sweeper.objective={values['objective']}: expected validation_accuracy or validation_loss. "
                "Settings that are chosen by the test photos cannot be measured on them"
            )
        values["direction"] = direction_of(node)
        for key in ("n_trials", "n_jobs"):
            if not isinstance(values[key], int) or values[key] < 1:
                raise ConfigError(f"sweeper.{key}={values[key]}: expected a whole number of at least 1")
        values["sampler"] = instantiate(values["sampler"], "sweeper.sampler")
        values["pruner"] = instantiate(values["pruner"], "sweeper.pruner")
        return cls(**values)


def direction_of(node: Mapping[str, Any]) -> str:
    """Return the direction of a search: by default a loss is minimised and anything else maximised."""
    direction = node["direction"]
    if direction is None:
        return "minimize" if str(node["objective"]).endswith("loss") else "maximize"
    if direction not in {"maximize", "minimize"}:
        raise ConfigError(f"sweeper.direction={direction}: expected maximize or minimize")
    return str(direction)
