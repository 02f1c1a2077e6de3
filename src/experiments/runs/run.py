"""What a task is called with (`Run`) and what it returns (`Outcome`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.storage import cache_folder
from experiments.runs.identity import run_id

if TYPE_CHECKING:  # not imported for a run that is already done
    from components.metrics import Estimate
    from components.results import Predictions
    from components.trackers import Tracker

OnEpoch = Callable[[Mapping[str, Any]], None]
"""Called after each epoch with its metrics (epoch, train_loss, validation_accuracy, ...); may raise PrunedError."""


class PrunedError(Exception):
    """Stops a run early because other trials of the search are better; the message says at which epoch."""


def ignore_epoch(row: Mapping[str, Any]) -> None:
    """Do nothing after an epoch."""


@dataclass(frozen=True)
class Run:
    """The run that a task is called for.

    Attributes:
        folder: The run's folder; it exists.
        tracker: Receives the training curves.
        subtitle: Line below the title of every figure: components and data.
        output: Folder below which all experiments are.
        arguments: The resolved arguments of the task, by parameter.
        fingerprint: Fingerprint of the photos.
        on_epoch: Called after each epoch of the first network; may raise PrunedError to stop the run.
    """

    folder: Path
    tracker: Tracker
    subtitle: str
    output: Path = Path("multirun")
    arguments: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    on_epoch: OnEpoch = ignore_epoch

    @property
    def figures(self) -> Path:
        """Folder of the run's figures; it exists."""
        return self._subfolder("figures")

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints that an interrupted run continues from; it exists."""
        return self._subfolder("checkpoints")

    def training(self, excluded: Collection[str]) -> Run:
        """Return this run with a folder in the cache, which all runs share that train the same models.

        Args:
            excluded: Arguments of the task that do not influence the training. Runs that differ only in these share
                the folder, and find the models trained there.
        """
        arguments = {name: value for name, value in self.arguments.items() if name not in excluded}
        folder = cache_folder("training") / run_id("training", arguments, self.fingerprint)
        folder.mkdir(exist_ok=True)
        return replace(self, folder=folder)

    def _subfolder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True)
class Outcome:
    """What a task returns.

    Attributes:
        metrics: Estimates by the name of the metric.
        predictions: Predictions of one replicate, for the tracker's plots; None if the task predicts nothing.
        protocol: Sizes of the run in words: pixels, epochs, replicates, device.
        notes: Remarks that a reader of the results needs.
        left_out: Skipped files, mapped to the reason.
        show: Prints the task's tables on the terminal.
    """

    metrics: Mapping[str, Estimate] = field(default_factory=dict)
    predictions: Predictions | None = None
    protocol: str = ""
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[], None] | None = None
