"""The sweeper of `sweeper=hito` for Hydra, which looks for plugins in this namespace package."""

from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


@dataclass
class HitoSweeperConfig:
    """Arguments of the sweeper, those of Hydra's basic sweeper."""

    _target_: str = "hydra_plugins.hito_sweeper.HitoSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = field(default_factory=dict)


ConfigStore.instance().store(group="hydra/sweeper", name="hito", node=HitoSweeperConfig, provider="hito")


class HitoSweeper(BasicSweeper):
    """Hydra's basic sweeper (every combination of the axes) that runs only what is not done, and prints one table.

    A failed job stops no other job; the table shows it with its error.
    """

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Set up the launcher, whose settings (such as submitit's folder) may refer to Hydra's part.

        Raises:
            HydraException: The application is not hito.
            InvalidValueError: Hydra is set up as hito's runs cannot be carried out.
        """
        from experiments.config import check_hydra

        if "task" not in config or "output" not in config:
            raise HydraException(
                "hydra/sweeper=hito runs the jobs of hito; for another application use hydra/sweeper=basic"
            )
        check_hydra(config.hydra)
        HydraConfig.instance().set_config(config)
        super().setup(hydra_context=hydra_context, task_function=task_function, config=config)

    def sweep(self, arguments: list[str]) -> Any:
        """Run every combination; raises `components.errors.HitoError` if a job failed."""
        from experiments.sweeps import compose

        assert self.config is not None
        assert self.launcher is not None
        assert self.hydra_context is not None
        overrides = self.combinations(arguments)
        # before slow imports, so that a wrong override is reported at once
        composed = compose(self.hydra_context.config_loader, self.config, overrides)
        from experiments.sweeps import run_sweep

        return run_sweep(self.config, self.launcher, composed, self.max_batch_size)

    def combinations(self, arguments: list[str]) -> list[list[str]]:
        """Return the overrides of all jobs; axes of the command line override the experiment's own."""
        from hydra.core.override_parser.overrides_parser import OverridesParser

        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        overrides = parser.parse_overrides([*self._parse_config(), *arguments])
        (jobs,) = self.split_arguments(overrides, max_batch_size=None)
        return jobs
