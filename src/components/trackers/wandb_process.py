"""The process that talks to Weights & Biases in place of a run, so that the run never waits for it.

`WandbTracker` starts it as `python -m components.trackers.wandb_process`. It takes pickled (kind, content)
pairs from its standard input and answers with lines of JSON, `{"kind": ..., "text": ...}`. It lives until the
pair `close` or the end of the input, and at most `timeout` seconds more, whatever wandb does in the meantime.

A run that the server has not wholly taken by then is recorded again, offline, from its beginning: wandb's own file of a
run online lacks what wandb could not ask the server about.
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
Say = Callable[[str, str], None]

SHARE_OF_TIMEOUT = 0.9
"""The tracker waits for `timeout` seconds; this process is gone before that, so that it goes by itself."""

SHARE_ONLINE = 0.55
"""Of `timeout`, what a run online may take to end; what is left is for recording it offline."""


def main() -> int:
    """Serve one run; the exit status is 0 when everything that was told has been kept where it was to be."""
    # wandb starts a process of its own. It must not inherit the pipes: nobody would ever see them close.
    feed, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)

    def say(kind: str, text: str) -> None:
        print(json.dumps({"kind": kind, "text": text}), file=answers, flush=True)

    inbox: Inbox = queue.SimpleQueue()
    outcome: list[int] = []
    online = threading.Event()
    told: list[bytes] = []
    with feed, answers:
        kind, beginning = pickle.load(feed)  # noqa: S301 - written by our own parent
        if kind != "start":
            return 0
        scratch = _scratch(Path(beginning["settings"]["root_dir"]) / "wandb")
        serving = threading.Thread(target=lambda: outcome.append(_serve(beginning, inbox, say, online)), daemon=True)
        serving.start()
        _receive(feed, inbox, told)
        watchdog = threading.Timer(beginning["timeout"] * SHARE_OF_TIMEOUT, _give_up, [scratch])
        watchdog.daemon = True
        watchdog.start()
        serving.join(beginning["timeout"] * SHARE_ONLINE if online.is_set() else None)
        if online.is_set() and outcome != [0]:
            _give_up(scratch, RECORDED_OFFLINE if _record_offline(beginning, told, answers) else 1)
    return outcome[0]


def _record_offline(beginning: dict[str, Any], told: list[bytes], answers: TextIO) -> bool:
    """Record the run anew in a process of its own, in this one wandb may be stuck; whether that went well."""
    start = pickle.dumps(("start", beginning | {"mode": "offline"}))
    environment = {name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"}
    command = [sys.executable, "-m", "components.trackers.wandb_process"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=answers, stderr=2, env=environment
    ) as process:
        process.communicate(b"".join([start, *told]))
    return process.returncode == 0


def _scratch(parent: Path) -> str:
    """Let Python's temporary files lie below `parent`, gone with this process; in /tmp a kill would leave wandb's."""
    parent.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = folder = tempfile.mkdtemp(prefix="tmp-", dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _give_up(scratch: str, status: int = 1) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(status)


def _receive(feed: BinaryIO, inbox: Inbox, told: list[bytes]) -> None:
    """Pass on what comes until the run closes, and keep it in `told`.

    A run that died without closing ends the input, its data loaders permitting.
    """
    kind = ""
    while kind != "close":
        try:
            kind, content = pickle.load(feed)  # noqa: S301
        except (EOFError, pickle.UnpicklingError):
            kind, content = "close", {}
        told.append(pickle.dumps((kind, content)))
        inbox.put((kind, content))


def _serve(beginning: dict[str, Any], inbox: Inbox, say: Say, online: threading.Event) -> int:
    """Follow the run from its beginning to its end; never raises."""
    told = ""
    # How long wandb waits for one answer: the variable is read when wandb is imported.
    os.environ.setdefault("WANDB_HTTP_TIMEOUT", str(max(1, int(beginning["timeout"] / 5))))
    try:
        from components.trackers.wandb_connection import open_run, run_folder

        run = open_run(
            beginning["mode"], beginning["timeout"], say, config=beginning["config"], settings=beginning["settings"]
        )
        if not run.offline:
            online.set()
        told = f" To send what was recorded: wandb sync {run_folder(run)}"
        say("folder", str(run_folder(run)))
        _follow(run, inbox, say)
    except Exception as error:
        traceback.print_exc()
        if not online.is_set():  # else what is to be said hangs on whether it can be recorded offline
            say("warning", f"Weights & Biases failed ({type(error).__name__}: {error}). The run is not affected.{told}")
        return 1
    return 0


def _follow(run: Any, inbox: Inbox, say: Say) -> None:
    from components.trackers.wandb_results import log_results
    from components.trackers.wandb_sync import mark_of

    status = "failed"
    charted: set[str] = set()
    try:
        # The history of a run knows one step only, and replicates each begin at epoch 0: the epoch is an axis.
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
            log_results(run, say, **content["results"])
    finally:
        run.finish(exit_code=1 if status == "failed" else 0)
    if not run.offline:  # it raises when not everything could be sent
        mark_of(Path(run.settings.sync_file)).touch()


if __name__ == "__main__":
    sys.exit(main())
