"""From the words on the command line to a run, a sweep or a message that helps."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from components.errors import HitoError

CONFIG_NAME = "config"


def configuration_folder() -> Path:
    """Folder of the configuration: `conf/` of the checkout, or the copy that an installed package carries."""
    here = Path(__file__).resolve().parent
    packaged = here / "conf"
    return packaged if packaged.is_dir() else here.parents[1] / "conf"


class Unwind(BaseException):
    """Carries the error of a single run past Hydra, which would print it in words of its own."""

    def __init__(self, error: HitoError) -> None:
        """Carry `error`."""
        self.error = error


def job(config: Any) -> Any:
    """What Hydra calls for every job; it is pickled by value, so the work is imported here."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from experiments.execute import execute

    try:
        return execute(config)
    except HitoError as error:
        if HydraConfig.get().mode == RunMode.RUN:
            raise Unwind(error) from error
        raise


COMMANDS = {
    "components": "experiments.registry:components_command",
    "compare": "experiments.compare:compare_command",
    "dashboard": "experiments.dashboard_command:dashboard_command",
    "report": "experiments.report:report_command",
    "runs": "experiments.runs_command:runs_command",
    "sync": "experiments.sync_command:sync_command",
    "wandb-sweep": "experiments.wandb_sweep_command:wandb_sweep_command",
    "serve": "experiments.serve.command:serve_command",
}
"""First words that are no Hydra override, and what takes the words after them, imported only then; everything else goes
to Hydra."""


def share_config_store() -> None:
    """Keep Hydra from copying the options that plugins register, once for every group it looks at.

    The store is the process's own and hands out copies of what it holds; with a few launchers installed copying all
    of it made `hito --help` take twice as long.
    """
    from hydra.core.config_store import ConfigStore

    ConfigStore.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]


def run_hydra(words: Sequence[str]) -> None:
    """Let Hydra compose and run `words`; raises its own errors."""
    import hydra

    share_config_store()
    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach `main`, which words them
    if "sweeper=optuna" in words and not any(word.startswith("-") for word in words):
        words = ["--multirun", *words]  # else Hydra refuses the axes before it reads who takes them
    sys.argv = [sys.argv[0], *words]
    hydra.main(version_base="1.3", config_path=str(configuration_folder()), config_name=CONFIG_NAME)(job)()


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line `words` (default: those of the process) and return its exit status.

    0: done. 1: a run failed or the data cannot be used. 2: the command line is wrong.
    """
    arguments = list(sys.argv[1:] if words is None else words)
    # Threads that wait shall sleep, not spin: on a busy two-core machine spinning made training three times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        if arguments and arguments[0] in COMMANDS:
            module, _, name = COMMANDS[arguments[0]].partition(":")
            getattr(import_module(module), name)(arguments[1:])
        else:
            run_hydra(arguments)
    except HitoError as error:
        return say(str(error), status=1)
    except Unwind as unwound:
        return say(str(unwound.error), status=1)
    except KeyboardInterrupt:
        return say("Stopped. The same command goes on where this one left off.", status=130)
    except Exception as error:
        from experiments.misspelling import explain, is_about_the_command_line

        if not is_about_the_command_line(error):
            raise
        return say(explain(error, arguments, configuration_folder()), status=2)
    return 0


def say(message: str, status: int) -> int:
    """Print a message for people on standard error and pass `status` on."""
    print(f"\n{message}" if status == 130 else message, file=sys.stderr)
    return status
