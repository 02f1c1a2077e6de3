"""Hydra finds the sweeper of `sweeper=optuna` here; the search itself is `experiments.sweeps.tuning`."""

from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser

from hydra_plugins.hito_sweeper import HitoSweeper


class HitoOptunaSweeper(HitoSweeper):
    """Trials instead of all combinations: Optuna proposes the settings, a validation metric decides.

    Args:
        params: Axes of the experiment's own, in Hydra's words; those on the command line win.
        max_batch_size: Not used; `sweeper.n_jobs` says how many trials run at once.
        trial: Not used here; in the configuration of a job it is the number of its trial.
    """

    def __init__(self, params: Any = None, max_batch_size: int | None = None, trial: int | None = None) -> None:
        super().__init__(max_batch_size=max_batch_size, params=params)
        self.trial = trial

    def sweep(self, arguments: list[str]) -> Any:
        """Search and summarise; raises `components.errors.HitoError` when a trial failed or there is no Optuna."""
        from experiments.sweeps.tuning import read_axes, samples

        assert self.config is not None
        assert self.launcher is not None
        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        fixed, axes = read_axes(parser.parse_overrides([*self._parse_config(), *arguments]))
        self.validate_batch_is_legal(samples(fixed, axes))
        from experiments.sweeps.tuning import run_search

        return run_search(self.config, self.launcher, self.hydra_context.config_loader, fixed, axes)
