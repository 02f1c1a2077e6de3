"""Runs hito as a Hydra application, so that errors reach the caller instead of being printed by Hydra.

Only documented parts of Hydra are used: `hydra.main` composes the configuration and calls the job or the sweeper, and
the environment variable `HYDRA_FULL_ERROR=1` makes it raise its errors. `hydra.main` reads its words from `sys.argv`,
which is replaced for the duration of the call. (The alternative, `hydra._internal.utils._run_hydra`, takes the words as
an argument but is private.) What is patched to make Hydra faster is in `experiments.config.config_store`.

An error of a single run must not pass through Hydra, which prints "Error executing job with overrides" before it raises
it: `Job` keeps the error, and `run_hydra` raises it when Hydra has returned.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from components.errors import HitoError
from experiments.config import (
    CONFIG_NAME,
    InvalidValueError,
    check_hydra,
    check_values,
    configuration_folder,
    resolved,
    share_config_store,
    unused_epochs,
)


class Job:
    """The function that Hydra calls with the configuration of each run.

    It is pickled for the processes of a launcher, so what it needs is imported when it is called.

    Attributes:
        error: The error of a single run; None for a run that succeeded, and in a sweep, which collects errors itself.
    """

    error: HitoError | None = None

    def __call__(self, config: Any) -> Any:
        """Carry out the run and return its folder."""
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        from experiments.cli.renamed import check_renamed_keys, check_renamed_metrics

        try:
            check_renamed_keys(map(str, config))
            check_renamed_metrics(config.get("table_metrics") or ())
            nodes = resolved(config)
            check_values(nodes, config)
            check_hydra(HydraConfig.get())
            is_single = HydraConfig.get().mode == RunMode.RUN
            if is_single and (unused := unused_epochs(HydraConfig.get().overrides.task, nodes)):
                raise InvalidValueError(unused)
            from experiments.runs import execute  # imports slowly

            return execute(config)
        except HitoError as error:
            if HydraConfig.get().mode != RunMode.RUN:
                raise
            if isinstance(error, InvalidValueError):
                _remove_empty_folders(Path(HydraConfig.get().runtime.output_dir), Path(config.output))
            self.error = error


def run_hydra(words: Sequence[str]) -> None:
    """Compose the configuration of `words` and carry out the run or the sweep.

    Raises:
        HitoError: A run failed, or the data cannot be used.
        hydra.errors.HydraException: The command line is wrong.
        SystemExit: From Hydra's own options, such as `--help`.
    """
    import hydra

    share_config_store()
    words = list(words)
    if "sweeper=optuna" in words:
        words.append("hydra.mode=MULTIRUN")  # otherwise Hydra rejects the axes before it looks at the sweeper
    job = Job()
    with _command_line(words):
        hydra.main(version_base="1.3", config_path=str(configuration_folder()), config_name=CONFIG_NAME)(job)()
    if job.error is not None:
        raise job.error


def _remove_empty_folders(folder: Path, output: Path) -> None:
    """Remove the folders below `output` that Hydra made for a run that is refused."""
    with suppress(OSError):  # it holds other runs
        while folder.is_relative_to(output.absolute()) and folder != output.absolute():
            folder.rmdir()
            folder = folder.parent


@contextmanager
def _command_line(words: Sequence[str]) -> Iterator[None]:
    """Let `hydra.main` read `words`, and raise its errors, inside the context."""
    arguments, full_error = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = [sys.argv[0], *words]
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        yield
    finally:
        sys.argv = arguments
        if full_error is None:
            del os.environ["HYDRA_FULL_ERROR"]
        else:
            os.environ["HYDRA_FULL_ERROR"] = full_error
