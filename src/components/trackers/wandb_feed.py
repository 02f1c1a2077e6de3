"""The pipe from a run to the process that talks to Weights & Biases."""

import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import components

RECORDED_OFFLINE = 3
"""Exit status of the process if it recorded the run offline because the server did not accept all of it."""

_log = logging.getLogger("components.trackers.wandb")
_offline_reported = threading.Event()

Content = Callable[[], dict[str, Any]]


class WandbFeed:
    """Sends the data of one run to a process of its own. `send` never blocks, `end` blocks for a limited time.

    Args:
        root: Folder whose subfolder `wandb` holds everything that wandb writes.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = ""
        self._queue: queue.SimpleQueue[tuple[str, Content]] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._warned = False
        self._given_up = False
        self._thread = threading.Thread(target=self._serve, name="wandb-feed", daemon=True)
        self._thread.start()

    def send(self, kind: str, content: Content) -> None:
        """Queue a message. `content` is called on the sending thread, where its errors cannot affect the run."""
        self._queue.put((kind, content))

    def end(self, timeout: float) -> None:
        """Wait until the process has saved everything and exited; kill it after `timeout` seconds."""
        self.send("close", dict)
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._given_up = True
            if self._process is not None:
                self._process.kill()
            self._warn(f"Weights & Biases did not finish within {timeout:g} s. {self._how_to_sync()}")
            self._thread.join(1.0)

    def _serve(self) -> None:
        try:
            with self._open() as process:
                relay = threading.Thread(target=self._relay, args=(process.stdout,), name="wandb-relay", daemon=True)
                relay.start()
                try:
                    self._feed(process.stdin)
                finally:
                    status = process.wait()
                    relay.join()
            if status == RECORDED_OFFLINE:
                self._warn(
                    f"The server did not accept the whole run in time: it was recorded offline. {self._how_to_sync()}"
                )
            elif status != 0 and not self._given_up:
                self._warn(f"Weights & Biases did not save everything in time. {self._how_to_sync()}")
        except Exception as error:
            self._warn(f"Weights & Biases does not log this run ({_brief(error)})")

    def _open(self) -> subprocess.Popen[bytes]:
        folder = self._root / "wandb"
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "WANDB_CACHE_DIR": str(folder / "cache"),
            "WANDB_DATA_DIR": str(folder / "data"),
            "WANDB_ERROR_REPORTING": "false",
            **os.environ,
            "PYTHONPATH": os.pathsep.join(
                [str(Path(components.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
            "WANDB_SILENT": "true",
        }
        environment.pop("WANDB_SERVICE", None)
        with (folder / "tracker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "components.trackers.wandb_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,  # Ctrl+C reaches only the run, which ends this process by closing the pipe
            )
        return self._process

    def _feed(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None
        with pipe:
            kind = ""
            while kind != "close":  # explicit, since a data loader forked in the meantime keeps the pipe open
                kind, content = self._queue.get()
                try:
                    message = pickle.dumps((kind, content()))
                except Exception as error:
                    self._warn(f"Weights & Biases did not get the {kind} of this run ({_brief(error)})")
                    if kind != "start":
                        continue
                    kind, message = "close", pickle.dumps(("close", {}))
                pipe.write(message)
                pipe.flush()

    def _relay(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None
        for line in pipe:
            answer = json.loads(line)
            kind, text = answer["kind"], answer["text"]
            if kind == "folder":
                self._folder = text
            elif kind == "warning":
                self._warn(text)
            elif kind == "offline":
                _log.log(logging.DEBUG if _offline_reported.is_set() else logging.INFO, text)
                _offline_reported.set()
            else:
                _log.info(text)

    def _how_to_sync(self) -> str:
        command = f" To upload what was recorded: wandb sync {self._folder}" if self._folder else ""
        return f"The run is not affected.{command}"

    def _warn(self, text: str) -> None:
        """Log the first warning; later ones are its consequences and logged at level DEBUG."""
        _log.log(logging.DEBUG if self._warned else logging.WARNING, text)
        self._warned = True


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
