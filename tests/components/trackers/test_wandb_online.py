"""Runs logged to a server on the loopback interface that works, fails or hangs."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import wandb

from components.trackers import WandbTracker
from components.trackers.wandb_connection import why_offline

Follow = Callable[..., float]


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> None:
    patience = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.02)


def test_everything_of_a_run_reaches_the_server_with_a_key_of_netrc(
    tmp_path: Path, online: Any, follow: Follow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    host, key = online.url.removeprefix("http://"), os.environ["WANDB_API_KEY"]
    monkeypatch.delenv("WANDB_API_KEY")
    (tmp_path / "home" / ".netrc").write_text(f"machine {host}\nlogin user\npassword {key}\n")
    follow(WandbTracker(project="places", entity="tester"))
    assert online.exit_code == 0
    first = online.buckets[0]
    assert (first["name"], first["project"], first["entity"]) == ("r1-exp", "places", "tester")
    assert (first["groupName"], first["displayName"], first["jobType"]) == ("exp", "resnet18+closed", "classify")
    config = online.config()
    assert (config["head"], config["seed"]) == ({"name": "closed", "weights": "w.pt"}, 7)
    curve = [row["replicate-1/train_loss"] for row in online.history() if "replicate-1/train_loss" in row]
    assert curve == pytest.approx([1 / 2, 1 / 3, 1 / 4])
    summary = online.summary()
    assert [summary[f"accuracy{part}"] for part in ("", "/low", "/high")] == [0.8, 0.7, 0.9]
    assert online.uploads[summary["figures/roc"]["path"]] == (tmp_path / "runs/r1/roc.png").read_bytes()
    kinds = {artifact["artifactTypeName"] for artifact in online.committed}
    assert kinds == {"run_table", "run"}
    assert b"<p>report</p>" in online.uploads.values()

    assert [record.message for record in caplog.records] == [
        f"Weights & Biases logs this run at {online.url}/tester/places/runs/r1-exp"
    ]
    assert online.unknown == []


def test_a_server_that_hangs_means_offline(
    tmp_path: Path, online: Any, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    online.hang()
    assert follow(WandbTracker(timeout=16)) < 16
    assert warnings_of(caplog) == []
    (record,) = caplog.records
    (folder,) = (tmp_path / "runs/r1/wandb").glob("offline-run-*")
    assert f"{online.url} does not answer" in record.message
    assert f"wandb sync {folder}" in record.message


@pytest.mark.parametrize(
    ("status", "reason"), [(200, ""), (404, ""), (500, "answers 500"), (None, "does not answer: [Errno 111]")]
)
def test_a_server_answers_unless_it_refuses_or_is_broken(
    status: int | None, reason: str, tmp_path: Path, online: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    for name in ("exit", "excepthook"):  # wandb replaces them, and this is the only test that has it in its own process
        monkeypatch.setattr(sys, name, getattr(sys, name))
    if status is None:
        monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:1")
    else:
        online.status = status
    wandb.teardown()
    try:
        assert reason in (found := why_offline(2.0))
        assert bool(found) == bool(reason)
    finally:
        wandb.teardown()


def test_mode_online_with_a_server_that_hangs_is_one_warning(
    tmp_path: Path, online: Any, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    online.hang()
    assert follow(WandbTracker(mode="online", timeout=12)) < 12
    (warning,) = warnings_of(caplog)
    (folder,) = (tmp_path / "runs/r1/wandb").glob("offline-run-*")
    assert "did not accept the run" in warning
    assert f"wandb sync {folder}" in warning


def test_a_server_that_stops_answering_during_the_run_is_let_go(
    tmp_path: Path, online: Any, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    def meanwhile() -> None:
        wait_for(lambda: online.stream)
        online.hang()

    assert follow(WandbTracker(timeout=12), meanwhile=meanwhile) < 13.2
    (warning,) = warnings_of(caplog)
    (folder,) = (tmp_path / "runs/r1/wandb").glob("offline-run-*")
    assert f"recorded offline. The run is not affected. To upload what was recorded: wandb sync {folder}" in warning
    assert (folder / "run-r1-exp.wandb").stat().st_size > 1000


def test_a_tracker_whose_process_is_killed_does_no_harm(
    tmp_path: Path, marker: str, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    def meanwhile() -> None:
        wait_for(lambda: list((tmp_path / "runs/r1/wandb").glob("offline-run-*/*.wandb")))
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment, command = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in environment and b"wandb_process" in command:
                os.kill(int(process.name), signal.SIGKILL)

    assert follow(WandbTracker(), meanwhile=meanwhile) < 5
    assert len(warnings_of(caplog)) == 1


def test_values_that_cannot_be_sent_are_left_out_with_one_warning(
    tmp_path: Path, online: Any, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    tracker = WandbTracker()

    def meanwhile() -> None:
        for _ in range(2):
            tracker.log({"loss": "much"}, 0)  # type: ignore[dict-item]

    follow(tracker, meanwhile=meanwhile)
    (warning,) = warnings_of(caplog)
    assert "log of this run" in warning
    assert "much" in warning
    assert online.summary()["accuracy"] == 0.8


def test_a_figure_that_is_missing_is_a_warning_and_the_run_is_still_done(
    tmp_path: Path, online: Any, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    follow(WandbTracker(), meanwhile=(tmp_path / "runs/r1/roc.png").unlink)
    (warning,) = warnings_of(caplog)
    assert "roc.png" in warning
    assert online.summary()["accuracy"] == 0.8
    assert online.exit_code == 0


SCRIPT = """
import sys, time
from pathlib import Path
from components.trackers import WandbTracker
from components.trackers.wandb_connection import why_offline
folder = Path(sys.argv[1])
tracker = WandbTracker(mode="online", timeout=4)
tracker.start(name="n", group="g", job_type="j", run_id="r", config={}, tags=[], folder=folder)
tracker.log({"loss": 1.0}, 0)
while not list((folder / "wandb").glob("run-*")):
    time.sleep(0.02)
(folder / "ended").write_text(str(time.time()))
raise SystemExit(3)
"""


def run_that_dies(folder: Path) -> float:
    """Seconds that an interpreter takes to go whose run is not finished."""
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    return time.time() - float((folder / "ended").read_text())


def test_an_interpreter_that_ends_does_not_wait_for_a_server_that_hangs(tmp_path: Path, online: Any) -> None:
    online.hang()
    assert run_that_dies(tmp_path) < 1.5


def test_a_run_that_dies_is_shown_as_failed(tmp_path: Path, online: Any) -> None:
    run_that_dies(tmp_path)
    wait_for(lambda: online.exit_code is not None)
    assert online.exit_code == 1
