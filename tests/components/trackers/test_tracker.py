"""The interface of trackers, without a process or a server."""

import multiprocessing
import subprocess
import sys
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
def test_invalid_arguments_are_errors(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"tracker.{next(iter(arguments))}"):
        WandbTracker(**arguments)


def test_the_options_name_trackers_and_their_arguments() -> None:
    wandb, none = (yaml.safe_load((OPTIONS / f"{name}.yaml").read_text()) for name in ("wandb", "none"))
    assert wandb.pop("_target_") == "components.trackers.wandb_tracker.WandbTracker"
    assert wandb.pop("directory") == "${oc.env:WANDB_DIR,null}"
    tracker = WandbTracker(**wandb)
    assert (tracker.project, tracker.entity, tracker.mode, tracker.timeout) == ("hito", None, "auto", 30)
    assert none == {"_target_": "components.trackers.tracker.NoTracker"}


def test_importing_the_room_does_not_import_wandb() -> None:
    code = "import sys, components.trackers as t; t.NoTracker(); t.WandbTracker(); assert 'wandb' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_methods_that_a_tracker_inherits_do_nothing(tmp_path: Path) -> None:
    class Counting(Tracker):
        steps = 0

        def log(self, values: Any, step: int) -> None:
            self.steps += 1

    tracker = Counting()
    tracker.start(name="n", group="g", job_type="j", run_id="r", config={}, tags=[], folder=tmp_path)
    tracker.log({"loss": 1.0}, 0)
    tracker.finish(metrics={}, figures={}, predictions=None, artifacts={}, status="done")
    assert tracker.steps == 1


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
    assert "does not log this run" in warning.message


def test_a_process_forked_during_a_run_does_not_keep_it_open(tmp_path: Path, marker: str, follow: Any) -> None:
    """Data loaders are forked and inherit the pipe, so the end of its input would come too late."""
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
