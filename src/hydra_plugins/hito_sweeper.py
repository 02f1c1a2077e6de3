"""Hydra finds its plugins in this namespace package; what it does is `experiments.sweeps.sweep`."""

from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


@dataclass
class HitoSweeperConfig:
    """Arguments of the sweeper, as Hydra's basic one has them."""

    _target_: str = "hydra_plugins.hito_sweeper.HitoSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = field(default_factory=dict)


ConfigStore.instance().store(group="hydra/sweeper", name="hito", node=HitoSweeperConfig, provider="hito")


class HitoSweeper(BasicSweeper):
    """Hydra's basic sweeper (the product of all choices) that does only what is not done, and ends in one table.

    A failed job stops no other; after the last one the table shows it with its reason.
    """

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Set the launcher up; its settings (submitit's folder, say) may refer to Hydra's own part."""
        HydraConfig.instance().set_config(config)
        super().setup(hydra_context=hydra_context, task_function=task_function, config=config)

    def run_sweep(self, arguments: list[str]) -> Any:
        """Run every combination and summarise; raises `components.errors.HitoError` when any job failed."""
        from experiments.sweeps import compose

        assert self.config is not None
        assert self.launcher is not None
        assert self.hydra_context is not None
        words = self.combinations(arguments)
        # a wrong word is said before anything heavy is imported
        composed = compose(self.hydra_context.config_loader, self.config, words)
        from experiments.sweeps import run_sweep

        return run_sweep(self.config, self.launcher, composed, self.max_batch_size)

    def combinations(self, arguments: list[str]) -> list[list[str]]:
        """The override lists of all jobs; the command line wins over the experiment's own axes."""
        from hydra.core.override_parser.overrides_parser import OverridesParser

        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        overrides = parser.parse_overrides([*self._parse_config(), *arguments])
        (all_of_them,) = self.split_arguments(overrides, max_batch_size=None)
        return all_of_them
