"""`hito sync [EXPERIMENT] [output=multirun] [timeout=60]`: send to Weights & Biases what waits on the disk."""

import os
from collections.abc import Sequence
from pathlib import Path

from components.errors import ConfigError, HitoError
from experiments.cli.arguments import read_words
from experiments.console import terminal
from experiments.runs import lock

LOCK = ".sync"
"""Folder below the output folder that is held by who sends."""


class NotSentError(HitoError):
    """Runs that could not be sent; they stay on the disk."""


def sync_command(words: Sequence[str]) -> int:
    """Send every run below the output folder that was recorded offline or not wholly sent; give their number.

    What was sent is marked and not sent again; after a failure the same command goes on with what is left. Runs that
    are at work are left alone. While another `hito sync` is at this folder this one waits, and sends what that leaves.

    Raises:
        ConfigError: When the words are others, or there is no such experiment.
        NotSentError: When the server cannot be reached, or some runs could not be sent.
    """
    experiment, values = read_words(words, "sync", {"output": "multirun", "timeout": "60"})
    try:
        timeout = float(values["timeout"])
    except ValueError as error:
        raise ConfigError(f"timeout={values['timeout']}: expected seconds") from error
    terminal.set_up()
    output = Path(values["output"])
    folder = output / experiment if experiment else output
    if experiment and not folder.is_dir():
        raise ConfigError(f"There is no experiment {experiment!r} below {output}")
    if not output.is_dir():
        return _send_what_waits(output, folder, timeout)
    if other := lock.holder(output / LOCK):
        terminal.messages.print(f"{other} is sending what lies below {output}: waiting for it", markup=False)
    with lock.hold(output / LOCK, wait=True):
        return _send_what_waits(output, folder, timeout)


def _send_what_waits(output: Path, folder: Path, timeout: float) -> int:
    from components.trackers import SYNC_LOG, send_runs, unsent_runs

    found = unsent_runs(folder)
    elsewhere = os.environ.get("WANDB_DIR")  # where `tracker.directory` has the files of all runs by default
    if elsewhere and folder == output and not Path(elsewhere).resolve().is_relative_to(output.resolve()):
        found += unsent_runs(Path(elsewhere) / "wandb")
    at_work = [file for file in found if lock.holder(file.parents[2])]
    waiting = [file for file in found if file not in at_work]
    if at_work:
        terminal.messages.print(f"{len(at_work)} at work: left for the next time")
    if not waiting:
        terminal.messages.print(f"Nothing to send below {folder}.", markup=False)
        return 0
    from components.trackers import why_offline

    if reason := why_offline(timeout / 4):
        raise NotSentError(
            f"{_runs(len(waiting))} to send, and {reason}. Nothing is lost: `hito sync` sends them later."
        )
    with terminal.Steps("sending to Weights & Biases", len(waiting)) as steps:
        left = send_runs(waiting, timeout, lambda count: steps.step("", count))
    sent = len(waiting) - len(left)
    terminal.messages.print(f"{_runs(sent)} sent.")
    if left:
        raise NotSentError(
            f"{_runs(len(left))} could not be sent: the server gave no answer in {timeout:g} s or refused "
            f"(what wandb said: {waiting[0].parents[1] / SYNC_LOG}). Nothing is lost: `hito sync` goes on with them."
        )
    return sent


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"
