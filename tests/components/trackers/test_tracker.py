"""The contract of trackers, kept without a process or a server."""

import multiprocessing
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.errors import ConfigError
from components.results import Predictions
from components.trackers import NoTracker, Tracker, WandbTracker

OPTIONS = Path(__file__).parents[3] / "conf" / "tracker"


def test_no_tracker_leaves_nothing(tmp_path: Path, follow: Any) -> None:
    follow(NoTracker())
    assert {path.name for path in (tmp_path / "runs" / "r1").iterdir()} == {"roc.png", "report.html"}


@pytest.mark.parametrize("arguments", [{"mode": "sometimes"}, {"timeout": 0}, {"timeout": float("nan")}])
def test_arguments_that_mean_nothing_are_errors(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"tracker.{next(iter(arguments))}"):
        WandbTracker(**arguments)


def test_the_options_name_trackers_and_their_arguments() -> None:
    wandb, none = (yaml.safe_load((OPTIONS / f"{name}.yaml").read_text()) for name in ("wandb", "none"))
    assert wandb.pop("_target_") == "components.trackers.wandb_tracker.WandbTracker"
    assert wandb.pop("directory") == "${oc.env:WANDB_DIR,null}"
    tracker = WandbTracker(**wandb)
    assert (tracker.project, tracker.entity, tracker.mode, tracker.timeout) == ("hito", None, "auto", 30)
    assert none == {"_target_": "components.trackers.NoTracker"}


def test_a_tracker_that_was_not_started_does_nothing(predictions: Predictions) -> None:
    tracker: Tracker = WandbTracker()
    tracker.log({"loss": 1.0}, 0)
    tracker.finish(metrics={}, figures={}, predictions=predictions, artifacts={}, status="done")


def test_a_folder_that_cannot_be_written_is_one_warning(
    tmp_path: Path, marker: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    tracker = WandbTracker()
    folder = tmp_path / "file" / "run"
    tracker.start(name="n", group="g", job_type="j", run_id="r", config={}, tags=[], folder=folder)
    tracker.log({"loss": 1.0}, 0)
    tracker.finish(metrics={}, figures={}, predictions=None, artifacts={}, status="failed")
    (warning,) = caplog.records
    assert "does not follow this run" in warning.message


def test_a_process_forked_meanwhile_does_not_keep_a_run_open(tmp_path: Path, marker: str, follow: Any) -> None:
    """As data loaders are: they inherit the pipe, so its end alone would come too late."""
    loader = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))

    def fork() -> None:
        time.sleep(0.2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loader.start()

    try:
        assert follow(WandbTracker(mode="offline"), meanwhile=fork) < 20
        (run,) = (tmp_path / "runs/r1/wandb").glob("offline-run-*")
        assert (run / "run-r1-exp.wandb").is_file()
    finally:
        loader.kill()
        loader.join()
        loader.close()
