"""Carry out one job: find out which run it is, and perform the run unless it is done."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from components.storage import place_error
from experiments.config import choices_of, definition, import_target, instantiate, resolved
from experiments.console import terminal
from experiments.runs import lock
from experiments.runs.messages import announce_already_done, announce_waiting
from experiments.runs.perform import perform
from experiments.runs.request import RunRequest
from experiments.runs.run import OnEpoch, ignore_epoch
from experiments.runs.run_folder import start_record


class RunFailedError(HitoError):
    """A run ended in an error, which its record holds."""


def execute(config: DictConfig) -> str:
    """Perform the run that a composed configuration describes, unless it is done; return its folder.

    If another process is working on the run, a run that was started on its own waits for that process; a job of a sweep
    leaves the run to it. A failed job of a sweep leaves its record and raises nothing, so that the other jobs run.

    Args:
        config: The composed configuration; `HydraConfig` holds Hydra's part.

    Raises:
        RunFailedError: The run failed, and was not started by a sweep.
        HitoError: The run cannot be identified: its photos cannot be read, or a key is missing; or its folder or the
            cache cannot be written.
    """
    try:
        return _execute(config)
    except OSError as error:
        if (in_words := place_error(error)) is None:
            raise
        raise in_words from error


def _execute(config: DictConfig) -> str:
    """Perform the run unless it is done; see `execute`."""
    terminal.set_up()
    hydra_config = HydraConfig.get()
    overrides: Any = OmegaConf.to_container(hydra_config.overrides.task, resolve=False)  # as typed
    request = RunRequest.of(resolved(config), choices_of(hydra_config.runtime.choices), overrides)
    single = hydra_config.mode == RunMode.RUN
    if single and (holder := lock.holder(request.folder)):
        announce_waiting(request.id, holder)
    with lock.hold(request.folder, wait=single) as acquired:
        if not acquired:
            return str(request.folder)
        earlier = request.earlier()
        if not request.wanted(earlier, single=single):
            assert earlier is not None
            announce_already_done(earlier, request.folder)
            if single:
                show_again(request)
            return str(request.folder)
        record = start_record(request, earlier)
        with terminal.run_log(request.folder), epoch_callback(hydra_config.sweeper, request) as on_epoch:
            perform(record, request, on_epoch)
    if single and record.status == "failed":
        raise RunFailedError(f"The record of the run: {request.folder}")
    return str(request.folder)


def show_again(request: RunRequest) -> None:
    """Print the tables of a finished run, if the module of its task has a function `show_again`."""
    name = f"{request.task.rpartition('.')[0]}.show_again"
    if definition(name) is not None and not terminal.is_redirected():
        import_target(name)(request.folder)


def epoch_callback(sweeper: Any, request: RunRequest) -> AbstractContextManager[OnEpoch]:
    """Return a context manager that yields the callback to call after each epoch of the run.

    A sweeper that follows its jobs names one: `hydra.sweeper.epoch_callback` is a `_target_` with `_partial_: true`. It
    is called with the job's `hydra.sweeper.trial`, the resolved group `sweeper` and the folder of the experiment, and
    returns the context manager. A job without a trial has no callback.

    Args:
        sweeper: The node `hydra.sweeper` of the job.
        request: The run.
    """
    trial = OmegaConf.select(sweeper, "trial")
    node = OmegaConf.select(sweeper, "epoch_callback")
    if trial is None or node is None:
        return nullcontext(ignore_epoch)
    open_callback = instantiate(OmegaConf.to_container(node, resolve=True), "hydra.sweeper.epoch_callback")
    callback: AbstractContextManager[OnEpoch] = open_callback(trial, request.nodes["sweeper"], request.folder.parent)
    return callback
