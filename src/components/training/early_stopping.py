"""Early stopping of several networks, and the choice of the weights that each keeps."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from components.training.settings import Training


class EarlyStopping:
    """Best epoch, last epoch and kept weights of R networks that are trained at once.

    Attributes:
        best_loss: (R,) lowest validation loss so far.
        best_epoch: (R,) epoch of that loss, 0 before the first finite one.
        stopped_at: (R,) epoch at which a network stopped, 0 while it is training.
        kept: (R, P) weights to keep, on the device.
    """

    def __init__(self, parameters: Tensor, settings: Training) -> None:
        """Start with the parameters (R, P) before training as the weights to keep."""
        networks = len(parameters)
        self.settings = settings
        self.best_loss = torch.full((networks,), float("inf"))
        self.best_epoch = torch.zeros(networks, dtype=torch.int64)
        self.stopped_at = torch.zeros(networks, dtype=torch.int64)
        self.kept = parameters.detach().clone()

    @property
    def all_stopped(self) -> bool:
        """Whether no network is training any more."""
        return bool((self.stopped_at > 0).all())

    def update(self, number: int, losses: Sequence[float], parameters: Tensor, *, last: bool) -> None:
        """Record the end of an epoch.

        Args:
            number: Epoch, from 1.
            losses: Validation loss of each network.
            parameters: (R, P) parameters after the epoch.
            last: Whether it is the last epoch.
        """
        loss = torch.tensor(losses)
        running = self.stopped_at == 0
        better = running & (loss < self.best_loss)
        self.best_loss = torch.where(better, loss, self.best_loss)
        self.best_epoch[better] = number
        exhausted = torch.zeros_like(running)
        if self.settings.patience is not None:
            exhausted = running & (self.best_epoch > 0) & (number - self.best_epoch >= self.settings.patience)
        ends = running & (exhausted | last)
        self.stopped_at[ends] = number
        chosen = better | (ends & (self.best_epoch == 0)) if self.settings.keep == "best" else ends
        if bool(chosen.any()):
            self.kept = torch.where(chosen.to(self.kept.device)[:, None], parameters.detach(), self.kept)

    def stop_and_kept_epoch(self, index: int, epochs: int) -> tuple[int, int]:
        """Return the last epoch of a network, and the epoch whose weights are kept.

        Args:
            index: Index of the network.
            epochs: Number of epochs that were run.
        """
        stop = int(self.stopped_at[index]) or epochs
        best = int(self.best_epoch[index])
        return stop, best if self.settings.keep == "best" and best else stop

    def state(self) -> dict[str, Any]:
        """Return the state, for a checkpoint."""
        return {
            "kept": self.kept,
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "stopped_at": self.stopped_at,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state`."""
        self.kept = state["kept"]
        self.best_loss, self.best_epoch = state["best_loss"].cpu(), state["best_epoch"].cpu()
        self.stopped_at = state["stopped_at"].cpu()
