"""The run that a task is given: where it writes, whom it tells, and what it hands back."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.storage import cache_folder
from experiments.runs.identity import run_id

if TYPE_CHECKING:  # a run that is done already needs none of these
    from components.metrics import Estimate
    from components.results import Predictions
    from components.trackers import Tracker

OnEpoch = Callable[[Mapping[str, Any]], None]
"""Told the figures of an epoch (epoch, train_loss, validation_accuracy, ...); may raise PrunedError."""


class PrunedError(Exception):
    """Ends a run before its time: others do better. Its message says where it stood."""


def ignore_epoch(row: Mapping[str, Any]) -> None:
    """Take no notice of an epoch."""


@dataclass(frozen=True)
class Run:
    """What the machinery gives to a task.

    Attributes:
        folder: The run's own folder; it exists.
        tracker: Is told of curves while the run is at work.
        subtitle: What every figure of the run says below its title: components and data.
        output: Folder below which all experiments lie.
        arguments: What determines its result, resolved, by the name of the task's parameter.
        fingerprint: Of its photos.
        on_epoch: Told every epoch of the first network while it trains; it may end the run.
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
        """Folder of what a killed run goes on from; it exists."""
        return self._subfolder("checkpoints")

    def training(self, but: Collection[str]) -> Run:
        """The part of the run that other runs share, in a folder of the cache: the same but for the arguments `but`.

        What is trained there is found trained by every run that differs from this one in nothing else.
        """
        arguments = {name: value for name, value in self.arguments.items() if name not in but}
        folder = cache_folder("training") / run_id("training", arguments, self.fingerprint)
        folder.mkdir(exist_ok=True)
        return replace(self, folder=folder)

    def _subfolder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True)
class Outcome:
    """What a task hands back.

    Attributes:
        metrics: Estimates by name.
        predictions: Of one replicate, for the tracker's plots; None when the task predicts nothing.
        protocol: Sizes of the run in words: pixels, epochs, replicates, device.
        notes: What a reader of the figures must know.
        left_out: Files that were not used, each with the reason.
        show: Prints the task's own tables on the terminal.
    """

    metrics: Mapping[str, Estimate] = field(default_factory=dict)
    predictions: Predictions | None = None
    protocol: str = ""
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[], None] | None = None


def artifacts(folder: Path) -> list[str]:
    """Files of a run, relative to its folder, sorted; without what it goes on from."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and "checkpoints" not in path.relative_to(folder).parts
        and "wandb" not in path.relative_to(folder).parts
        and os.access(path, os.R_OK)
    )
