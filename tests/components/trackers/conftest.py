import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.results import Predictions
from components.trackers import Tracker, wandb_feed
from wandb_server import KEY, WandbServer, server  # noqa: F401 (a fixture)


def processes_with(marker: str) -> list[int]:
    """Return the processes that have the marker in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """An empty home folder, which must stay empty; no process may be left when the test ends."""
    for name in [name for name in os.environ if name.startswith(("WANDB_", "XDG_"))] + ["NETRC"]:
        monkeypatch.delenv(name, raising=False)
    home, marker = tmp_path / "home", uuid.uuid4().hex
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HITO_TEST_MARKER", marker)
    monkeypatch.setattr(wandb_feed, "_offline_reported", threading.Event())
    caplog.set_level(logging.INFO, "components.trackers.wandb")
    yield marker
    patience = time.monotonic() + 10
    while processes_with(marker) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not processes_with(marker)
    assert [path for path in home.rglob("*") if path.name != ".netrc"] == []


@pytest.fixture
def online(
    server: WandbServer,  # noqa: F811
    marker: str,
    monkeypatch: pytest.MonkeyPatch,
) -> WandbServer:
    """A server that wandb is configured for, with an API key."""
    monkeypatch.setenv("WANDB_BASE_URL", server.url)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    return server


@pytest.fixture
def predictions() -> Predictions:
    """40 photos of cats, dogs and unknown classes, and none of owls."""
    generator = np.random.default_rng(0)
    scores = generator.dirichlet(np.ones(3), 40)
    y_true = generator.choice([-1, 0, 1], 40)
    ids = np.array([f"photos/{i}.jpg" for i in range(40)], dtype=object)
    unknown_score = 1 - scores.max(axis=1)
    y_pred = np.where(unknown_score > 0.5, -1, scores.argmax(axis=1))
    return Predictions(ids, y_true, scores, y_pred, unknown_score, ("cat", "dog", "owl"))


@pytest.fixture
def follow(tmp_path: Path, predictions: Predictions) -> Callable[..., float]:
    """Log one whole run; returns the seconds that `finish` took."""

    def follow(tracker: Tracker, run_id: str = "r1", *, meanwhile: Callable[[], Any] = lambda: None) -> float:
        folder = tmp_path / "runs" / run_id
        folder.mkdir(parents=True)
        Image.new("RGB", (30, 20), "teal").save(folder / "roc.png")
        (folder / "report.html").write_text("<p>report</p>")
        begin(tracker, folder, run_id)
        for replicate in range(2):
            for epoch in range(3):
                tracker.log({f"replicate-{replicate}/train_loss": 1 / (1 + epoch + replicate)}, epoch)
        meanwhile()
        return end(tracker, folder, predictions)

    return follow


def begin(tracker: Tracker, folder: Path, run_id: str) -> None:
    config = {"head": {"name": "closed", "weights": Path("w.pt")}, "seed": 7}
    tracker.start(
        name="resnet18+closed",
        group="exp",
        job_type="classify",
        run_id=run_id,
        config=config,
        tags=["t"],
        folder=folder,
    )


def end(tracker: Tracker, folder: Path, predictions: Predictions | None) -> float:
    began = time.perf_counter()
    tracker.finish(
        metrics={"accuracy": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 40}, "loss": {"value": 0.5, "low": None}},
        figures={"roc": folder / "roc.png"},
        predictions=predictions,
        artifacts={"report.html": folder / "report.html"},
        status="done",
    )
    return time.perf_counter() - began


@pytest.fixture
def wandb_cli(tmp_path: Path) -> Callable[..., str]:
    """Run the command `wandb` in a home folder of its own."""

    def run(*arguments: str | Path) -> str:
        home = tmp_path / "cli"
        home.mkdir(exist_ok=True)
        folders = {f"WANDB_{name}_DIR": str(home) for name in ("CACHE", "DATA", "CONFIG")} | {"WANDB_DIR": str(home)}
        environment = os.environ | folders | {"HOME": str(home), "WANDB_ERROR_REPORTING": "false"}
        command = [sys.executable, "-m", "wandb", *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
