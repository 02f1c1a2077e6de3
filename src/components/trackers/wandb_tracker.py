"""Tracker for Weights & Biases that never blocks a run: a separate process talks to the server."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from components.errors import ConfigError
from components.results import Predictions
from components.trackers.tracker import UNKNOWN_NAME, Estimate, Status, Tracker
from components.trackers.wandb_feed import WandbFeed

Mode = Literal["auto", "online", "offline"]

MAX_ID_LENGTH = 128
"""Largest number of characters that Weights & Biases accepts in the id and the name of a run."""


PARTS = ("value", "low", "high", "n")
"""Fields of an estimate that are logged."""


class WandbTracker(Tracker):
    """Log runs to Weights & Biases: configuration, curves, metrics with intervals, figures, predictions, files.

    A separate process, fed through a pipe, talks to the server. A slow or unreachable server therefore does not delay
    the run, and `wandb` with its threads and exit handlers is never imported into it. Problems are logged once, as a
    warning, and the run continues.

    The environment variables of wandb (`WANDB_API_KEY`, `WANDB_BASE_URL`, `WANDB_MODE`, ...) keep their meaning.

    Args:
        project: Project of the runs.
        entity: User or team that owns the project; None: the default entity of the API key.
        mode: `online`, `offline`, or `auto`: the value of `WANDB_MODE` if set; else online if there is an API key and
            the server answers within `timeout` / 8 seconds, and offline otherwise. Offline runs are uploaded later
            with `wandb sync FOLDER`.
        timeout: Largest number of seconds that `finish` blocks. What is on disk by then can be synced later.
        directory: Folder whose subfolder `wandb` holds the files of all runs; None: the folder of each run.

    Raises:
        ConfigError: `mode` or `timeout` is not valid.
    """

    def __init__(
        self,
        project: str = "hito",
        entity: str | None = None,
        mode: Mode = "auto",
        timeout: float = 30.0,
        directory: Path | str | None = None,
    ) -> None:
        if mode not in get_args(Mode):
            raise ConfigError(f"tracker.mode={mode!r}: expected one of {', '.join(get_args(Mode))}")
        if not timeout > 0:
            raise ConfigError(f"tracker.timeout={timeout!r}: expected a number of seconds above 0")
        self.project = project
        self.entity = entity
        self.mode = mode
        self.timeout = timeout
        self.directory = Path(directory) if directory is not None else None
        self._run: WandbFeed | None = None

    def start(
        self,
        *,
        name: str,
        group: str,
        job_type: str,
        run_id: str,
        config: Mapping[str, Any],
        tags: Sequence[str],
        folder: Path,
    ) -> None:
        """Start the process that logs a run. A run that was not finished is ended as failed first."""
        if self._run is not None:
            self._run.end(self.timeout)
        mode = self.mode if self.mode != "auto" else os.environ.get("WANDB_MODE") or "auto"
        self._run = None
        if mode == "disabled":
            return
        root = (self.directory or folder).absolute()
        self._run = WandbFeed(root)
        self._run.send(
            "start",
            lambda: {
                "mode": {"dryrun": "offline", "run": "online"}.get(mode, mode),
                "timeout": self.timeout,
                "config": json.loads(json.dumps(dict(config), default=str)),
                "settings": {
                    "root_dir": str(root),
                    "project": self.project,
                    "entity": self.entity,
                    # Two experiments of a project may contain the same run id.
                    "run_id": _id_from_agent() or re.sub(r"[^\w.-]", "-", f"{run_id}-{group}")[:MAX_ID_LENGTH],
                    "run_name": name[:MAX_ID_LENGTH],
                    "run_group": group,
                    "run_job_type": job_type,
                    "run_tags": tuple(tags),
                    "program": Path(sys.argv[0]).name,
                },
            },
        )

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Send values of epoch `step` to the process; returns immediately."""
        if self._run is not None:
            values = dict(values)
            self._run.send("log", lambda: {"values": {k: float(v) for k, v in values.items()}, "step": int(step)})

    def finish(
        self,
        *,
        metrics: Mapping[str, Estimate],
        figures: Mapping[str, Path],
        predictions: Predictions | None,
        artifacts: Mapping[str, Path],
        status: Status,
    ) -> None:
        """Send the results to the process and wait until they are saved, at most `timeout` seconds."""
        if self._run is None:
            return
        self._run.send(
            "finish", lambda: {"status": status, "results": _results(metrics, figures, predictions, artifacts)}
        )
        self._run.end(self.timeout)
        self._run = None

    def sweep(
        self,
        *,
        name: str,
        config: Mapping[str, Any],
        folder: Path,
        table: Path,
        report: Path,
        status: Status,
    ) -> None:
        """Log a sweep as a run of its group with job type "sweep", with the table and the report.

        A second call for the same sweep replaces the first.
        """
        self.start(
            name=name, group=name, job_type="sweep", run_id="sweep", config=config, tags=["sweep"], folder=folder
        )
        if self._run is None:
            return
        files = {table.name: str(table.absolute()), report.name: str(report.absolute())}
        results = {"tables": {"summary": files[table.name]}, "pages": {"report": files[report.name]}}
        self._run.send("finish", lambda: {"status": status, "results": {**results, "artifacts": files}})
        self._run.end(self.timeout)
        self._run = None


def _id_from_agent() -> str | None:
    """Return the run id that `wandb agent` set for this run, by which its W&B sweep identifies it; else None."""
    return os.environ.get("WANDB_RUN_ID") if os.environ.get("WANDB_SWEEP_ID") else None


def _results(
    metrics: Mapping[str, Estimate],
    figures: Mapping[str, Path],
    predictions: Predictions | None,
    artifacts: Mapping[str, Path],
) -> dict[str, Any]:
    # Computed here since the run has already imported scikit-learn, which would take the other process a second.
    from components.trackers.roc import roc_points

    return {
        "metrics": {
            name: {part: float(estimate[part]) for part in PARTS if estimate.get(part) is not None}
            for name, estimate in metrics.items()
        },
        "figures": {name: str(Path(path).absolute()) for name, path in figures.items()},
        "predictions": predictions,
        "roc": roc_points(predictions, UNKNOWN_NAME) if predictions is not None else [],
        "artifacts": {name: str(Path(path).absolute()) for name, path in artifacts.items()},
    }
