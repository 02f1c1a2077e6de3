"""Weights & Biases, at arm's length: a run hands over what there is to tell and goes on."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from components.errors import ConfigError
from components.results import Predictions
from components.trackers.tracker import UNKNOWN_NAME, Estimate, Status
from components.trackers.wandb_feed import WandbFeed

Mode = Literal["auto", "online", "offline"]

LONGEST_ID = 128
"""What Weights & Biases allows for the identity and the name of a run."""


class WandbTracker:
    """Show runs in Weights & Biases: configuration, curves, metrics with intervals, figures, predictions, files.

    All of it happens in a second process that is fed through a pipe. So a slow, hanging or missing
    server costs the run nothing, and neither wandb's import nor its threads and exit hooks are in the
    run's way. What goes wrong is said once, as a warning, and the run goes on.

    Variables that wandb itself reads (`WANDB_API_KEY`, `WANDB_BASE_URL`, `WANDB_MODE`, ...) keep their meaning.

    Args:
        project: The project that runs are shown in.
        entity: Its user or team; None is the default one of the key.
        mode: `online`, `offline`, or `auto`: what `WANDB_MODE` says, else online when there is a key and the
            server answers within an eighth of `timeout`, else offline. Offline runs are sent with `wandb sync FOLDER`.
        timeout: Seconds that `finish` waits at most before it lets go; what is on the disk by then can be synced later.
        directory: Folder for the files of all runs, in its subfolder `wandb`; None is each run's own folder.
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
            raise ConfigError(f"tracker.mode is {mode!r}; expected one of {', '.join(get_args(Mode))}")
        if not timeout > 0:
            raise ConfigError(f"tracker.timeout is {timeout!r}; expected seconds above 0")
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
        """Begin to follow a run; one that was left open is ended as failed."""
        if self._run is not None:
            self._run.end(self.timeout)
        mode = self.mode if self.mode != "auto" else os.environ.get("WANDB_MODE") or "auto"
        self._run = None
        if mode == "disabled":
            return
        root = (self.directory or folder).absolute()
        self._run = WandbFeed(root)
        self._run.tell(
            "start",
            lambda: {
                "mode": {"dryrun": "offline", "run": "online"}.get(mode, mode),
                "timeout": self.timeout,
                "config": json.loads(json.dumps(dict(config), default=str)),
                "settings": {
                    "root_dir": str(root),
                    "project": self.project,
                    "entity": self.entity,
                    # The same run id may stand in two experiments of a project.
                    "run_id": _asked_for() or re.sub(r"[^\w.-]", "-", f"{run_id}-{group}")[:LONGEST_ID],
                    "run_name": name[:LONGEST_ID],
                    "run_group": group,
                    "run_job_type": job_type,
                    "run_tags": tuple(tags),
                    "program": Path(sys.argv[0]).name,
                },
            },
        )

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Hand over points of curves at epoch `step`."""
        if self._run is not None:
            values = dict(values)
            self._run.tell("log", lambda: {"values": {k: float(v) for k, v in values.items()}, "step": int(step)})

    def finish(
        self,
        *,
        metrics: Mapping[str, Estimate],
        figures: Mapping[str, Path],
        predictions: Predictions | None,
        artifacts: Mapping[str, Path],
        status: Status,
    ) -> None:
        """Hand over the results and wait, `timeout` seconds at most, until they are kept."""
        if self._run is None:
            return
        self._run.tell(
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
        """Show a sweep as one more run of its group, of the job type "sweep", with the table and the report.

        Told again, it takes the place of what was told before.
        """
        self.start(
            name=name, group=name, job_type="sweep", run_id="sweep", config=config, tags=["sweep"], folder=folder
        )
        if self._run is None:
            return
        files = {table.name: str(table.absolute()), report.name: str(report.absolute())}
        results = {"tables": {"summary": files[table.name]}, "pages": {"report": files[report.name]}}
        self._run.tell("finish", lambda: {"status": status, "results": {**results, "artifacts": files}})
        self._run.end(self.timeout)
        self._run = None


def _asked_for() -> str | None:
    """The id of this run when an agent of W&B asked for it (`wandb agent`): its sweep knows the run by that."""
    return os.environ.get("WANDB_RUN_ID") if os.environ.get("WANDB_SWEEP_ID") else None


def _results(
    metrics: Mapping[str, Estimate],
    figures: Mapping[str, Path],
    predictions: Predictions | None,
    artifacts: Mapping[str, Path],
) -> dict[str, Any]:
    # Here, because the run has imported scikit-learn anyway; the other process would need a second for it.
    from components.trackers.roc import roc_points

    parts = ("value", "low", "high", "n")
    return {
        "metrics": {name: {k: float(of[k]) for k in parts if of.get(k) is not None} for name, of in metrics.items()},
        "figures": {name: str(Path(path).absolute()) for name, path in figures.items()},
        "predictions": predictions,
        "roc": roc_points(predictions, UNKNOWN_NAME) if predictions is not None else [],
        "artifacts": {name: str(Path(path).absolute()) for name, path in artifacts.items()},
    }
