"""The process that talks to Weights & Biases in place of a run, so that the run never waits for it.

`WandbTracker` starts it as `python -m components.trackers.wandb_process`. It takes pickled (kind, content)
pairs from its standard input and answers with lines of JSON, `{"kind": ..., "text": ...}`. It lives as long as
that input and at most `timeout` seconds more, whatever wandb does in the meantime.
"""

import json
import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

Inbox = queue.SimpleQueue[tuple[str, dict[str, Any]]]
Say = Callable[[str, str], None]

SHARE_OF_TIMEOUT = 0.9
"""The tracker waits for `timeout` seconds; this process is gone before that, so that it goes by itself."""


def main() -> int:
    """Serve one run; the exit status is 0 when everything that was told has been kept."""
    # wandb starts a process of its own. It must not inherit the pipes: nobody would ever see them close.
    feed, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)

    def say(kind: str, text: str) -> None:
        print(json.dumps({"kind": kind, "text": text}), file=answers, flush=True)

    inbox: Inbox = queue.SimpleQueue()
    outcome: list[int] = []
    with feed, answers:
        _, beginning = pickle.load(feed)  # noqa: S301 - written by our own parent
        serving = threading.Thread(target=lambda: outcome.append(_serve(beginning, inbox, say)), daemon=True)
        serving.start()
        try:
            while True:
                inbox.put(pickle.load(feed))  # noqa: S301
        except (EOFError, pickle.UnpicklingError):
            inbox.put(("end", {}))
        watchdog = threading.Timer(beginning["timeout"] * SHARE_OF_TIMEOUT, os._exit, [1])
        watchdog.daemon = True
        watchdog.start()
        serving.join()
    return outcome[0]


def _serve(beginning: dict[str, Any], inbox: Inbox, say: Say) -> int:
    """Follow the run from its beginning to its end; never raises."""
    folder = beginning["settings"]["root_dir"]
    try:
        from components.trackers.wandb_connection import open_run, run_folder

        run = open_run(
            beginning["mode"], beginning["timeout"], say, config=beginning["config"], settings=beginning["settings"]
        )
        folder = str(run_folder(run))
        say("folder", folder)
        _follow(run, inbox, say)
    except Exception as error:
        traceback.print_exc()
        say(
            "warning",
            f"Weights & Biases failed ({type(error).__name__}: {error}); the run is not affected. "
            f"To send what was recorded: wandb sync {folder}",
        )
        return 1
    return 0


def _follow(run: Any, inbox: Inbox, say: Say) -> None:
    from components.trackers.wandb_results import log_results

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
            log_results(run, say, **content["results"])
            status = content["status"]
    finally:
        run.finish(exit_code=0 if status == "done" else 1)


if __name__ == "__main__":
    sys.exit(main())
