"""Upload runs that Weights & Biases recorded offline or could not send in time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

POLL_SECONDS = 0.1
SYNC_LOG = "sync.log"
"""File with the output of `wandb sync`, in the parent folder of the first run's folder."""

PARALLEL_RUNS = 4
"""Number of runs that wandb uploads at the same time."""


def unsent_runs(folder: Path) -> list[Path]:
    """Return the files `*.wandb` of all runs below `folder` that were not fully uploaded, oldest first.

    Of a run that started online and was recorded again offline, only the offline file is returned, which is complete.
    """
    found = list(folder.rglob("*run-*/run-*.wandb"))
    offline = {(path.parents[1], path.name) for path in found if path.parent.name.startswith("offline-")}
    complete = [
        path for path in found if path.parent.name.startswith("offline-") or (path.parents[1], path.name) not in offline
    ]
    unsent = [path for path in complete if not is_sent(path)]
    return sorted(unsent, key=lambda path: (path.parent.name.removeprefix("offline-"), str(path)))


def is_sent(file: Path) -> bool:
    """Return whether the run was fully uploaded, by `wandb sync` or while it ran; both leave a marker file."""
    return sent_marker(file).exists()


def sent_marker(file: Path) -> Path:
    """Return the path of the marker of an uploaded run, the one that `wandb sync` and `wandb clean` use too."""
    return file.with_suffix(".wandb.synced")


def send_runs(files: Sequence[Path], timeout: float, on_sent: Callable[[int], None]) -> list[Path]:
    """Upload runs with `wandb sync`.

    Args:
        files: Files returned by `unsent_runs`.
        timeout: Seconds without progress (no run fully uploaded) after which `wandb sync`, which would try forever, is
            killed.
        on_sent: Called with the number of runs uploaded since the last call.

    Returns:
        The files that could not be uploaded; they are unchanged.
    """
    left, gave_up = _sync(files, timeout, on_sent)
    if left and not gave_up and len(files) > 1:  # one invalid file makes wandb fail for all files of a call
        for file in left:
            if gave_up:
                break
            _, gave_up = _sync([file], timeout, on_sent)
    return [file for file in left if not is_sent(file)]


def _sync(files: Sequence[Path], timeout: float, on_sent: Callable[[int], None]) -> tuple[list[Path], bool]:
    """Call `wandb sync` once; return the files it has not uploaded, and whether it was killed."""
    waiting, gave_up = list(files), False
    command = [sys.executable, "-m", "wandb", "sync", "--include-online", "-n", str(PARALLEL_RUNS), *map(str, files)]
    with (files[0].parents[1] / SYNC_LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"WANDB_ERROR_REPORTING": "false"},
            start_new_session=True,
        )
        last_progress = time.monotonic()
        try:
            while (status := process.poll()) is None and not gave_up:
                time.sleep(POLL_SECONDS)
                left = [file for file in waiting if not is_sent(file)]
                if len(left) < len(waiting):
                    on_sent(len(waiting) - len(left))
                    waiting, last_progress = left, time.monotonic()
                gave_up = time.monotonic() - last_progress > timeout
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # the group includes the process that wandb starts
                process.wait()
    left = [file for file in waiting if not is_sent(file)]
    if len(left) < len(waiting):
        on_sent(len(waiting) - len(left))
    return left, gave_up and status is None
