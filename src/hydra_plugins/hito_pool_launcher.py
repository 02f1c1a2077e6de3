"""The launcher of `launcher=pool` for Hydra; `experiments.sweeps.pool` runs the jobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from hydra.errors import HydraException
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict


@dataclass
class PoolLauncherConfig:
    """Arguments of the launcher."""

    _target_: str = "hydra_plugins.hito_pool_launcher.PoolLauncher"
    workers: int | None = None
    threads: int | None = None


ConfigStore.instance().store(group="hydra/launcher", name="pool", node=PoolLauncherConfig, provider="hito")


class PoolLauncher(Launcher):
    """Launcher that runs jobs in worker processes on this machine, each with a GPU or a share of the cores.

    Args:
        workers: Number of jobs at a time; None: one for each GPU, or for each core if there is no GPU.
        threads: Number of threads of each job; None: an even share of the cores.
    """

    def __init__(self, workers: int | None = None, threads: int | None = None) -> None:
        self.workers, self.threads = workers, threads

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Keep what the jobs are composed of; raises HydraException if the application is not hito."""
        if "task" not in config or "device" not in config:
            raise HydraException(
                "hydra/launcher=pool runs the jobs of hito; for another application use hydra/launcher=basic or joblib"
            )
        self.hydra_context, self.task_function, self.config = hydra_context, task_function, config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs and return their results in order."""
        from experiments.runs import describe_overrides
        from experiments.sweeps.pool import launch, make_slots

        slots = make_slots(
            len(job_overrides), device=str(self.config.device), workers=self.workers, threads=self.threads
        )
        shared = set.intersection(*map(set, job_overrides)) if len(job_overrides) > 1 else set()
        names = [describe_overrides([word for word in words if word not in shared]) for words in job_overrides]
        return launch(self._configs(job_overrides, initial_job_idx), names, slots, self.task_function)

    def _configs(self, job_overrides: Sequence[Sequence[str]], first: int) -> Iterator[DictConfig]:
        for number, words in enumerate(job_overrides, start=first):
            config = self.hydra_context.config_loader.load_sweep_config(self.config, list(words))
            with open_dict(config):
                config.hydra.job.id = config.hydra.job.num = number
            yield config
