"""`hito sync [EXPERIMENT]`: sends runs that were recorded offline to Weights & Biases."""

import os
from pathlib import Path

from components.errors import ConfigError, HitoError
from components.wording import counted
from experiments.cli.arguments import Arguments
from experiments.console import terminal
from experiments.runs import lock

LOCK = ".sync"
"""Folder below the output folder whose lock the sending process holds."""


class NotSentError(HitoError):
    """Some runs could not be sent; they stay on disk."""


def sync_command(arguments: Arguments) -> int:
    """Send every run below the output folder that was recorded offline or not sent completely; return their number.

    Runs that were sent are marked and not sent again; after a failure the same command continues with the rest. Runs
    that a process works on are skipped. Only one `hito sync` sends from a folder at a time; a second one waits.

    Args:
        arguments: At most one EXPERIMENT, `output=`, and `timeout=`.

    Raises:
        UsageError: The timeout is no number.
        ConfigError: There is no such experiment.
        NotSentError: The server cannot be reached, or some runs could not be sent.
    """
    timeout = arguments.seconds("timeout")
    terminal.set_up()
    output = Path(arguments.options["output"])
    folder = output.joinpath(*arguments.names)
    if arguments.names and not folder.is_dir():
        raise ConfigError(f"There is no experiment {arguments.names[0]!r} below {output}")
    if not output.is_dir():
        return _send_unsent(output, folder, timeout)
    if holder := lock.holder(output / LOCK):
        terminal.messages.print(f"{holder} is sending runs below {output}: waiting for it", markup=False)
    with lock.hold(output / LOCK, wait=True):
        return _send_unsent(output, folder, timeout)


def _send_unsent(output: Path, folder: Path, timeout: float) -> int:
    """Send what was not sent yet below `folder`; return the number of runs sent."""
    from components.trackers import SYNC_LOG, send_runs, unsent_runs

    found = unsent_runs(folder)
    shared = os.environ.get("WANDB_DIR")  # the default of `tracker.directory`: one folder for the files of all runs
    if shared and folder == output and not Path(shared).resolve().is_relative_to(output.resolve()):
        found += unsent_runs(Path(shared) / "wandb")
    locked = [file for file in found if lock.holder(file.parents[2])]
    waiting = [file for file in found if file not in locked]
    if locked:
        terminal.messages.print(f"{counted(len(locked), 'run')} still running: not sent this time")
    if not waiting:
        terminal.messages.print(f"Nothing to send below {folder}.", markup=False)
        return 0
    from components.trackers import why_offline

    if reason := why_offline(timeout / 4):
        raise NotSentError(
            f"{counted(len(waiting), 'run')} to send, and {reason}. Nothing is lost: run `hito sync` again later."
        )
    with terminal.Steps("sending to Weights & Biases", len(waiting)) as steps:
        left = send_runs(waiting, timeout, lambda count: steps.step("", count))
    sent = len(waiting) - len(left)
    terminal.messages.print(f"{counted(sent, 'run')} sent.")
    if left:
        raise NotSentError(
            f"{counted(len(left), 'run')} could not be sent: the server did not answer within {timeout:g} s, or "
            f"refused (output of wandb: {waiting[0].parents[1] / SYNC_LOG}). Nothing is lost: run `hito sync` again."
        )
    return sent
