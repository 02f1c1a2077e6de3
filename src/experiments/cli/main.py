"""From the words on the command line to a run, a sweep or a message that helps."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from components.errors import HitoError
from experiments.cli.commands import COMMANDS
from experiments.config import CONFIG_NAME, configuration_folder, share_config_store


class Unwind(BaseException):
    """Carries the error of a single run past Hydra, which would print it in words of its own."""

    def __init__(self, error: HitoError) -> None:
        """Carry `error`."""
        self.error = error


def job(config: Any) -> Any:
    """What Hydra calls for every job; it is pickled by value, so the work is imported here."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from experiments.runs import execute

    try:
        return execute(config)
    except HitoError as error:
        if HydraConfig.get().mode == RunMode.RUN:
            raise Unwind(error) from error
        raise


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
        from experiments.cli.suggestions import explain, is_about_the_command_line

        if not is_about_the_command_line(error):
            raise
        return say(explain(error, arguments, configuration_folder()), status=2)
    return 0


def say(message: str, status: int) -> int:
    """Print a message for people on standard error and pass `status` on."""
    print(f"\n{message}" if status == 130 else message, file=sys.stderr)
    return status
