"""Sends what Weights & Biases recorded offline, or could not send in time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

POLL = 0.1
LOG = "sync.log"
"""Where what wandb says is kept, beside the first run's folder."""

AT_ONCE = 4
"""Runs that wandb sends at the same time."""


def unsent_runs(folder: Path) -> list[Path]:
    """Files `*.wandb` of all runs below `folder` that no server has as a whole, oldest first.

    A run that began online and went on offline is taken in its offline part, which holds all of it.
    """
    found = list(folder.rglob("*run-*/run-*.wandb"))
    offline = {(path.parents[1], path.name) for path in found if path.parent.name.startswith("offline-")}
    whole = [
        path for path in found if path.parent.name.startswith("offline-") or (path.parents[1], path.name) not in offline
    ]
    unsent = [path for path in whole if not is_sent(path)]
    return sorted(unsent, key=lambda path: (path.parent.name.removeprefix("offline-"), str(path)))


def is_sent(file: Path) -> bool:
    """Whether a server has the whole run: `wandb sync`, and a run that ended well online, leave a mark."""
    return mark_of(file).exists()


def mark_of(file: Path) -> Path:
    """The mark of a run that was sent: wandb's own, so that `wandb sync` and `wandb clean` know it too."""
    return file.with_suffix(".wandb.synced")


def send(files: Sequence[Path], timeout: float, on_sent: Callable[[int], None]) -> list[Path]:
    """Send runs with `wandb sync`; those that could not be sent are given back and stay as they are.

    Args:
        files: As `unsent_runs` gives them.
        timeout: Seconds without any run having been sent after which it is given up: wandb itself would try for ever.
        on_sent: Told how many more have been sent.
    """
    left, gave_up = _sync(files, timeout, on_sent)
    if left and not gave_up and len(files) > 1:  # one file that wandb refuses holds up all that it is given
        for file in left:
            if gave_up:
                break
            _, gave_up = _sync([file], timeout, on_sent)
    return [file for file in left if not is_sent(file)]


def _sync(files: Sequence[Path], timeout: float, on_sent: Callable[[int], None]) -> tuple[list[Path], bool]:
    """Those that one call of `wandb sync` has not sent, and whether it was given up."""
    waiting, gave_up = list(files), False
    command = [sys.executable, "-m", "wandb", "sync", "--include-online", "-n", str(AT_ONCE), *map(str, files)]
    with (files[0].parents[1] / LOG).open("ab") as said:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=os.environ | {"WANDB_ERROR_REPORTING": "false"},
            start_new_session=True,
        )
        news = time.monotonic()
        try:
            while (ended := process.poll()) is None and not gave_up:
                time.sleep(POLL)
                left = [file for file in waiting if not is_sent(file)]
                if len(left) < len(waiting):
                    on_sent(len(waiting) - len(left))
                    waiting, news = left, time.monotonic()
                gave_up = time.monotonic() - news > timeout
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # wandb's own process is in the group too
                process.wait()
    left = [file for file in waiting if not is_sent(file)]
    if len(left) < len(waiting):
        on_sent(len(waiting) - len(left))
    return left, gave_up and ended is None
