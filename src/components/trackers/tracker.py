"""What a tracker is told about a run, and the tracker that does nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from components.results import Predictions

UNKNOWN_NAME = "(unknown)"
"""What trackers call `UNKNOWN` in tables and charts."""

Status = Literal["done", "failed", "pruned"]

Estimate = Mapping[str, Any]
"""A metric as it stands in a record: `value`, and where known `low`, `high` (its interval) and `n` (on how many)."""


class Tracker(Protocol):
    """Somebody who follows runs: `start` once, `log` as often as wanted, `finish` once; then `start` again.

    A tracker looks on. No method raises, and none but `finish` waits for anything.
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
        """A run begins.

        Args:
            name: What the run is called among others, made of its components.
            group: The experiment it belongs to.
            job_type: Its task.
            run_id: Its identity in the experiment.
            config: The resolved configuration.
            tags: Words to find it by.
            folder: The run's own folder; a tracker's files go below it.
        """

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Points of curves, such as `{"replicate-0/train_loss": 0.7}`, at epoch `step`."""

    def finish(
        self,
        *,
        metrics: Mapping[str, Estimate],
        figures: Mapping[str, Path],
        predictions: Predictions | None,
        artifacts: Mapping[str, Path],
        status: Status,
    ) -> None:
        """The run is over.

        Args:
            metrics: Name to estimate.
            figures: Name to image file.
            predictions: What the run says about its test photos, where it says something.
            artifacts: Name to any other file worth keeping (the report, the record).
            status: How it ended.
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
        """A sweep is over: a summary of all its runs, which were told one by one with `group` as its name.

        Args:
            name: Of the sweep.
            config: Its configuration.
            folder: Where its runs' folders lie.
            table: CSV file, one row a run.
            report: HTML page of all runs.
            status: "failed" when one of its runs failed.
        """


class NoTracker:
    """Follow nothing: the run's own folder is all that is left."""

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
        """Do nothing."""

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Do nothing."""

    def finish(
        self,
        *,
        metrics: Mapping[str, Estimate],
        figures: Mapping[str, Path],
        predictions: Predictions | None,
        artifacts: Mapping[str, Path],
        status: Status,
    ) -> None:
        """Do nothing."""

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
        """Do nothing."""
