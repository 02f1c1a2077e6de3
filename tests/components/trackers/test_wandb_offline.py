"""Runs logged offline, read back with the reader of wandb."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.results import Predictions
from components.trackers import WandbTracker

Follow = Callable[..., float]
Cli = Callable[..., str]


def run_folder(tmp_path: Path, run_id: str = "r1") -> Path:
    (found,) = (tmp_path / "runs" / run_id / "wandb").glob("offline-run-*")
    return found


def read_back(folder: Path, wandb_cli: Cli) -> dict[str, list[dict[str, Any]]]:
    records: dict[str, list[dict[str, Any]]] = {}
    for line in wandb_cli("leet", "inspect", "--json", folder).splitlines():
        record = json.loads(line)
        records.setdefault(record["type"], []).append(record[record["type"]])
    return records


def test_everything_of_a_run_is_in_its_folder_and_can_be_sent_later(
    tmp_path: Path,
    marker: str,
    follow: Follow,
    wandb_cli: Cli,
    predictions: Predictions,
    server: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    follow(WandbTracker(project="places", directory=tmp_path / "all"))
    (folder,) = (tmp_path / "all" / "wandb").glob("offline-run-*-r1-exp")
    records = read_back(folder, wandb_cli)

    (run,) = records["run"]
    assert (run["project"], run["run_group"], run["job_type"]) == ("places", "exp", "classify")
    assert (run["display_name"], run["tags"]) == ("resnet18+closed", ["t"])
    config = run["config"]["update"]
    assert config["head"] == {"name": "closed", "weights": "w.pt"}
    assert config["seed"] == 7

    rows = [row["item"] for row in records["history"]]
    for replicate in range(2):
        name = f"replicate-{replicate}/train_loss"
        curve = [(row["epoch"], row[name]) for row in rows if name in row]
        assert curve == [(epoch, pytest.approx(1 / (1 + epoch + replicate))) for epoch in range(3)]
        assert {"name": name, "step_metric": "epoch"}.items() <= {
            key: value for metric in records["metric"] if metric["name"] == name for key, value in metric.items()
        }.items()

    summary: dict[str, Any] = {}
    for record in records["summary"]:
        summary |= record["update"]
    numbers = {"accuracy": 0.8, "accuracy/low": 0.7, "accuracy/high": 0.9, "accuracy/n": 40, "loss": 0.5}
    assert {key: value for key, value in summary.items() if key.startswith(("accuracy", "loss"))} == numbers
    assert (summary["figures/roc.width"], summary["figures/roc.height"]) == (30, 20)
    assert (folder / "files" / summary["figures/roc.path"]).read_bytes() == (tmp_path / "runs/r1/roc.png").read_bytes()

    table = json.loads((folder / "files" / summary["predictions.path"]).read_text())
    assert [row[0] for row in table["data"]] == list(predictions.ids)
    names = [*predictions.class_names, "(unknown)"]
    assert [row[1] for row in table["data"]] == [names[y] for y in predictions.y_true]
    assert {"confusion_matrix_table.path", "roc_table.path"} <= summary.keys()

    artifacts = {entry["path"] for record in records["artifact"] for entry in record["manifest"]["contents"]}
    assert "report.html" in artifacts
    assert [record.get("exit_code", 0) for record in records["exit"]] == [0]

    monkeypatch.setenv("WANDB_BASE_URL", server.url)
    monkeypatch.setenv("WANDB_API_KEY", "0123456789" * 4)
    wandb_cli("sync", folder)
    assert server.summary()["accuracy"] == 0.8
    assert b"<p>report</p>" in server.uploads.values()


def test_without_a_key_it_records_offline_and_says_so_once(
    tmp_path: Path, marker: str, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    tracker = WandbTracker()
    for run_id in ("r1", "r2"):
        follow(tracker, run_id)
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "no API key" in record.message
    assert f"wandb sync {run_folder(tmp_path, 'r1')}" in record.message
    assert run_folder(tmp_path, "r2").is_dir()


def test_disabled_by_the_environment_it_leaves_nothing(
    tmp_path: Path, marker: str, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "disabled")
    follow(WandbTracker())
    assert not (tmp_path / "runs" / "r1" / "wandb").exists()
