"""The process that talks to Weights & Biases for a run, so that the run never waits for the server.

`WandbFeed` starts it as `python -m components.trackers.wandb_process`. It reads pickled pairs (kind, content) from
standard input and answers with lines of JSON, `{"kind": ..., "text": ...}`. After the pair `close` or the end of the
input it exits within `timeout` seconds, whatever wandb does.

A run that the server has not fully accepted by then is recorded again, offline, from its start: the file that wandb
writes for an online run lacks everything that needed an answer of the server.
"""

import atexit
import json
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from components.trackers.wandb_feed import RECORDED_OFFLINE

Inbox = queue.SimpleQueue[tuple[str, dict[str, Any]]]
Report = Callable[[str, str], None]

EXIT_SHARE = 0.9
"""Share of `timeout` after which this process exits. The tracker waits for `timeout`, so it need not kill it."""

ONLINE_SHARE = 0.55
"""Share of `timeout` in which an online run must end; the remaining time is for recording it offline."""


def main() -> int:
    """Log one run; return the exit status, 0 if everything was saved where it was meant to be."""
    # wandb starts a process of its own. It must not inherit the pipes, since they would then never close.
    feed, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    with Path(os.devnull).open("rb") as null:
        os.dup2(null.fileno(), 0)
    os.dup2(2, 1)

    def report(kind: str, text: str) -> None:
        print(json.dumps({"kind": kind, "text": text}), file=answers, flush=True)

    inbox: Inbox = queue.SimpleQueue()
    outcome: list[int] = []
    online = threading.Event()
    received: list[bytes] = []
    with feed, answers:
        kind, start = pickle.load(feed)  # noqa: S301 - written by the parent process
        if kind != "start":
            return 0
        scratch = _scratch(Path(start["settings"]["root_dir"]) / "wandb")
        serving = threading.Thread(target=lambda: outcome.append(_serve(start, inbox, report, online)), daemon=True)
        serving.start()
        _receive(feed, inbox, received)
        watchdog = threading.Timer(start["timeout"] * EXIT_SHARE, _give_up, [scratch])
        watchdog.daemon = True
        watchdog.start()
        serving.join(start["timeout"] * ONLINE_SHARE if online.is_set() else None)
        if online.is_set() and outcome != [0]:
            _give_up(scratch, RECORDED_OFFLINE if _record_offline(start, received, answers) else 1)
    return outcome[0]


def _record_offline(start: dict[str, Any], received: list[bytes], answers: TextIO) -> bool:
    """Record the run again in a new process, since wandb may hang in this one; return whether that succeeded."""
    first = pickle.dumps(("start", start | {"mode": "offline"}))
    environment = {name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"}
    command = [sys.executable, "-m", "components.trackers.wandb_process"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=answers, stderr=2, env=environment
    ) as process:
        process.communicate(b"".join([first, *received]))
    return process.returncode == 0


def _scratch(parent: Path) -> str:
    """Put temporary files below `parent` and remove them at exit; a killed wandb would leave them behind in /tmp."""
    parent.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = folder = tempfile.mkdtemp(prefix="tmp-", dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _give_up(scratch: str, status: int = 1) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(status)


def _receive(feed: BinaryIO, inbox: Inbox, received: list[bytes]) -> None:
    """Pass messages on to `inbox` until `close`, and append them to `received`.

    If the run dies without sending `close`, the input ends once its data loaders have exited too.
    """
    kind = ""
    while kind != "close":
        try:
            kind, content = pickle.load(feed)  # noqa: S301
        except (EOFError, pickle.UnpicklingError):
            kind, content = "close", {}
        received.append(pickle.dumps((kind, content)))
        inbox.put((kind, content))


def _serve(start: dict[str, Any], inbox: Inbox, report: Report, online: threading.Event) -> int:
    """Log the run from start to end; return the exit status; never raises."""
    command = ""
    # Timeout of wandb for one answer; the variable is read when wandb is imported.
    os.environ.setdefault("WANDB_HTTP_TIMEOUT", str(max(1, int(start["timeout"] / 5))))
    try:
        from components.trackers.wandb_connection import open_run, run_folder

        run = open_run(start["mode"], start["timeout"], report, config=start["config"], settings=start["settings"])
        if not run.offline:
            online.set()
        command = f" To upload what was recorded: wandb sync {run_folder(run)}"
        report("folder", str(run_folder(run)))
        _log_run(run, inbox, report)
    except Exception as error:
        traceback.print_exc()
        if not online.is_set():  # an online run may still be recorded offline, so its message has to wait
            reason = f"{type(error).__name__}: {error}"
            report("warning", f"Weights & Biases failed ({reason}). The run is not affected.{command}")
        return 1
    return 0


def _log_run(run: Any, inbox: Inbox, report: Report) -> None:
    from components.trackers.wandb_results import log_results
    from components.trackers.wandb_sync import sent_marker

    status = "failed"
    charted: set[str] = set()
    try:
        # A run has one step counter, but each replicate starts at epoch 0, so the epoch is logged as a step metric.
        run.define_metric("epoch", hidden=True)
        kind, content = inbox.get()
        while kind == "log":
            for name in content["values"].keys() - charted:
                run.define_metric(name, step_metric="epoch")
                charted.add(name)
            run.log({**content["values"], "epoch": content["step"]})
            kind, content = inbox.get()
        if kind == "finish":
            status = content["status"]
            log_results(run, report, **content["results"])
    finally:
        run.finish(exit_code=1 if status == "failed" else 0)
    if not run.offline:  # `finish` raised if not everything could be sent
        sent_marker(Path(run.settings.sync_file)).touch()


if __name__ == "__main__":
    sys.exit(main())
