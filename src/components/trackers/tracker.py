"""The interface of experiment trackers, and the tracker that does nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from components.results import Predictions

UNKNOWN_NAME = "(unknown)"
"""Name of the class `UNKNOWN` in tables and charts of trackers."""

Status = Literal["done", "failed", "pruned"]

Estimate = Mapping[str, Any]
"""A metric as it is written in a record: `value` and, where known, `low`, `high` (interval) and `n` (sample size)."""


class Tracker:
    """Base class of experiment trackers: the interface, with methods that do nothing.

    For each run, `start` is called once, then `log` any number of times, then `finish` once; the next run begins with
    `start` again. A tracker must not affect the run: no method raises, and only `finish` and `sweep` may block.

    Subclasses override what they need.
    """

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
        """Start tracking a run.

        Args:
            name: Display name of the run, made of the names of its components.
            group: Experiment that the run belongs to.
            job_type: Task of the run.
            run_id: Id of the run within the experiment.
            config: Resolved configuration.
            tags: Labels to filter runs by.
            folder: Folder of the run; files of the tracker are written below it.
        """

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Log values of one epoch.

        Args:
            values: Maps the name of a curve to its value, e.g. `{"replicate-0/train_loss": 0.7}`.
            step: Epoch, counted from 0.
        """

    def finish(
        self,
        *,
        metrics: Mapping[str, Estimate],
        figures: Mapping[str, Path],
        predictions: Predictions | None,
        artifacts: Mapping[str, Path],
        status: Status,
    ) -> None:
        """Log the results of the run and stop tracking it.

        Args:
            metrics: Maps metric names to estimates.
            figures: Maps figure names to image files.
            predictions: Predictions on the test photos; None if the task makes none.
            artifacts: Maps names to other files to upload (the report, the record).
            status: How the run ended.
        """

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
        """Log the summary of a finished sweep. Its runs were tracked one by one, with `name` as their `group`.

        Args:
            name: Name of the sweep.
            config: Configuration of the sweep.
            folder: Parent folder of the runs' folders.
            table: CSV file with one row per run.
            report: HTML report on all runs.
            status: "failed" if any run failed.
        """


class NoTracker(Tracker):
    """Track nothing: every method does nothing, and results are kept in the run's folder only."""
