"""The sweeper of `sweeper=optuna` for Hydra; `experiments.sweeps.tuning` does the search."""

from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser

from hydra_plugins.hito_sweeper import HitoSweeper


class HitoOptunaSweeper(HitoSweeper):
    """Sweeper that lets Optuna propose the settings of each trial by a validation metric.

    Args:
        params: The experiment's own axes, in Hydra's syntax; axes of the command line override them.
        max_batch_size: Not used; `sweeper.n_jobs` sets how many trials run at a time.
        trial: Not used here; in the configuration of a job it names its trial.
        epoch_callback: Not used here; a job that is a trial calls it (`experiments.runs.execution.epoch_callback`).
    """

    def __init__(
        self,
        params: Any = None,
        max_batch_size: int | None = None,
        trial: str | None = None,
        epoch_callback: Any = None,
    ) -> None:
        super().__init__(max_batch_size=max_batch_size, params=params)
        self.trial, self.epoch_callback = trial, epoch_callback

    def sweep(self, arguments: list[str]) -> Any:
        """Run the search; raises `components.errors.HitoError` if a trial failed or Optuna is not installed."""
        from experiments.sweeps import compose
        from experiments.sweeps.tuning import read_axes, samples

        assert self.config is not None
        assert self.launcher is not None
        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        fixed, axes = read_axes(parser.parse_overrides([*self._parse_config(), *arguments]))
        compose(self.hydra_context.config_loader, self.config, samples(fixed, axes))
        from experiments.sweeps.tuning import run_search

        return run_search(self.config, self.launcher, self.hydra_context.config_loader, fixed, axes)
