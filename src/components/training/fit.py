"""The training loop."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from components.augmentations import Augmentation
from components.training import checkpoint
from components.training.devices import autocast, threads_for
from components.training.inputs import Inputs
from components.training.settings import Training
from components.training.targets import Targets, of_a_class

EVALUATION_BATCH = 256


@dataclass(frozen=True)
class TrainingPhase:
    """Some epochs that see the same inputs.

    Attributes:
        name: "augmented" or "plain", for the curves.
        epochs: How many.
        forward: From a batch of `inputs` to logits (B, C); its parameters are the network's.
        inputs: Photos or features of all rows.
        augment: Called on each training batch; None leaves it.
        augment_validation: Whether validation batches are augmented too.
    """

    name: str
    epochs: int
    forward: Callable[[Tensor], Tensor]
    inputs: Inputs
    augment: Augmentation | None = None
    augment_validation: bool = False


@dataclass
class Fitted:
    """A finished training: the curves, one dict an epoch, and the epoch whose weights were kept (from 1)."""

    curves: list[dict[str, Any]] = field(default_factory=list)
    kept_epoch: int = 0
    seconds: float = 0.0


def fit(
    network: nn.Module,
    stages: Sequence[TrainingPhase],
    targets: NDArray[np.int64] | NDArray[np.float32],
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
    classes: int,
    settings: Training,
    *,
    seed: int,
    device: torch.device,
    weights: NDArray[np.float32] | None = None,
    resume_from: Path | None = None,
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> Fitted:
    """Train the parameters of `network` that require a gradient, in place.

    Args:
        network: Holds what the stages' `forward` uses; already on `device`.
        stages: Done one after the other; the optimizer's state and the schedule go through.
        targets: (n,) class of every row, or (n, C) its distribution over the classes; rows that are in neither
            `train` nor `validation` may hold anything.
        train: Rows to learn from.
        validation: Rows to measure on after every epoch; may be empty.
        classes: C.
        settings: Optimizer, schedule, batch size and so on.
        seed: Decides the order of the photos and their augmentation.
        device: Where the work is done.
        weights: (n,) how much each row counts in the loss; None: all alike.
        resume_from: File of the checkpoint; a training that was killed goes on from it and ends as if it had not been.
        on_epoch: Told the figures of each epoch that is done now.

    Returns:
        The curves; `train_loss` and `train_accuracy` are means over the epoch's steps, as Keras gives them.
    """
    loop = _Loop(network, Targets(targets, classes, weights, device), train, validation, settings, seed, device)
    loop.total_steps = max(1, sum(stage.epochs for stage in stages) * -(-len(train) // settings.batch_size))
    state = checkpoint.load(resume_from, device) if resume_from else None
    if state:
        loop.restore(state)
    began, before, saved = time.monotonic(), loop.fitted.seconds, time.monotonic()
    schedule = [(stage, epoch) for stage in stages for epoch in range(stage.epochs)]
    done = len(loop.fitted.curves)
    for number, (stage, _) in enumerate(schedule[done:], start=done + 1):
        if loop.stopped(settings):
            break
        with threads_for(stage.inputs):
            row = {"epoch": number, "phase": stage.name, **loop.epoch(stage)}
        loop.fitted.curves.append(row)
        loop.remember_best(number, row)
        loop.fitted.seconds = before + time.monotonic() - began
        last = number == len(schedule) or loop.stopped(settings)
        if resume_from and (last or time.monotonic() - saved >= settings.checkpoint_seconds):
            checkpoint.save(loop.state(), resume_from)
            saved = time.monotonic()
        if on_epoch:
            on_epoch(row)
    loop.finish()
    return loop.fitted


class _Loop:
    """The state of a training between two epochs."""

    def __init__(
        self,
        network: nn.Module,
        targets: Targets,
        train: NDArray[np.int64],
        validation: NDArray[np.int64],
        settings: Training,
        seed: int,
        device: torch.device,
    ) -> None:
        self.network, self.settings, self.device, self.targets = network, settings, device, targets
        self.train, self.validation = torch.from_numpy(train), torch.from_numpy(validation)
        self.parameters = [one for one in network.parameters() if one.requires_grad]
        self.optimizer = settings.optimizer(self.parameters)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.order = torch.Generator().manual_seed(seed)
        self.chance = torch.Generator(device=device).manual_seed(seed + 1_000_003)
        self.total_steps, self.steps = 1, 0
        self.best_loss, self.best_epoch = float("inf"), 0
        self.best_state: dict[str, Tensor] | None = None
        self.fitted = Fitted()
        self.class_weights = targets.class_weights(self.train)

    def epoch(self, stage: TrainingPhase) -> dict[str, float]:
        """Train on every row once and measure on the validation rows."""
        self.network.train()
        weights = self.class_weights.to(self.device) if self.settings.balance == "weights" else None
        loss_sum, right, counted = torch.zeros(3, device=self.device)
        rows = self.epoch_order()
        for chunk, inputs in stage.inputs.batches(rows, self.settings.batch_size):
            self.set_rate()
            batch, soft = inputs, self.targets.soft(chunk)
            if stage.augment:
                batch, soft = stage.augment(batch, soft, self.chance)
            self.optimizer.zero_grad(set_to_none=True)
            with autocast(self.settings.precision, stage.inputs):
                logits = stage.forward(batch)
            losses = functional.cross_entropy(
                logits.float(),
                soft,
                weight=weights,
                label_smoothing=self.settings.label_smoothing,
                reduction="none",
            )
            loss = self.targets.weigh(losses, chunk).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            if self.settings.clip_norm:
                nn.utils.clip_grad_norm_(self.parameters, self.settings.clip_norm)
            self.optimizer.step()
            self.steps += 1
            loss_sum += loss.detach() * len(chunk)
            right += ((logits.detach().argmax(1) == soft.argmax(1)) & of_a_class(soft)).sum()
            counted += of_a_class(soft).sum()
        row = {"train_loss": loss_sum.item() / len(rows), "train_accuracy": (right / counted).item()}
        return row | self.measure(stage)

    @torch.no_grad()
    def measure(self, stage: TrainingPhase) -> dict[str, float]:
        """Loss and accuracy on the validation rows."""
        if not len(self.validation):
            return {"validation_loss": float("nan"), "validation_accuracy": float("nan")}
        self.network.eval()
        loss_sum, right, counted = torch.zeros(3, device=self.device)
        for chunk, inputs in stage.inputs.batches(self.validation, EVALUATION_BATCH):
            batch, soft = inputs, self.targets.soft(chunk)
            if stage.augment and stage.augment_validation:
                batch, soft = stage.augment(batch, soft, self.chance)
            with autocast(self.settings.precision, stage.inputs):
                logits = stage.forward(batch)
            losses = functional.cross_entropy(logits.float(), soft, reduction="none")
            loss_sum += self.targets.weigh(losses, chunk).sum()
            right += ((logits.argmax(1) == soft.argmax(1)) & of_a_class(soft)).sum()
            counted += of_a_class(soft).sum()
        loss = loss_sum.item() / len(self.validation)
        return {"validation_loss": loss, "validation_accuracy": (right / counted).item()}

    def epoch_order(self) -> Tensor:
        """The training rows in the order of this epoch."""
        if self.settings.balance == "sampling":
            chances = self.targets.chances(self.train, self.class_weights)
            return self.train[torch.multinomial(chances, len(self.train), replacement=True, generator=self.order)]
        return self.train[torch.randperm(len(self.train), generator=self.order)]

    def set_rate(self) -> None:
        factor = self.settings.schedule(min(1.0, self.steps / self.total_steps))
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor

    def remember_best(self, number: int, row: dict[str, Any]) -> None:
        if row["validation_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = row["validation_loss"], number
            if self.settings.keep == "best":
                self.best_state = {name: value.clone() for name, value in self.trained_state().items()}

    def stopped(self, settings: Training) -> bool:
        done = len(self.fitted.curves)
        return settings.patience is not None and self.best_epoch > 0 and done - self.best_epoch >= settings.patience

    def trained_state(self) -> dict[str, Tensor]:
        """The state of every module that learns: parameters with a gradient, and the buffers beside them."""
        frozen = {name for name, one in self.network.named_parameters() if not one.requires_grad}
        frozen_modules = {name.rpartition(".")[0] for name in frozen}
        return {
            name: value
            for name, value in self.network.state_dict().items()
            if name not in frozen and name.rpartition(".")[0] not in frozen_modules
        }

    def state(self) -> dict[str, Any]:
        """Everything that decides how the training goes on."""
        return {
            "network": self.trained_state(),
            "optimizer": self.optimizer.state_dict(),
            "order": self.order.get_state(),
            "chance": self.chance.get_state(),
            "global": torch.get_rng_state(),
            "steps": self.steps,
            "best": {"loss": self.best_loss, "epoch": self.best_epoch, "state": self.best_state},
            "curves": self.fitted.curves,
            "seconds": self.fitted.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` gave."""
        self.network.load_state_dict(state["network"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.order.set_state(state["order"].cpu())
        self.chance.set_state(state["chance"].cpu())
        torch.set_rng_state(state["global"].cpu())
        self.steps = state["steps"]
        best = state["best"]
        self.best_loss, self.best_epoch, self.best_state = best["loss"], best["epoch"], best["state"]
        self.fitted.curves, self.fitted.seconds = state["curves"], state["seconds"]

    def finish(self) -> None:
        """Leave the network with the weights that are to be kept, ready to predict."""
        self.fitted.kept_epoch = len(self.fitted.curves)
        if self.settings.keep == "best" and self.best_state is not None:
            self.network.load_state_dict(self.best_state, strict=False)
            self.fitted.kept_epoch = self.best_epoch
        self.network.eval()


@torch.no_grad()
def predict(
    network: nn.Module,
    forward: Callable[[Tensor], Tensor],
    inputs: Inputs,
    rows: NDArray[np.int64],
    settings: Training,
) -> NDArray[np.float64]:
    """What `forward` (logits or features, (B, K)) gives for these rows, as (len(rows), K) on the processor."""
    network.eval()
    parts = []
    for _, batch in inputs.batches(torch.from_numpy(rows), EVALUATION_BATCH):
        with autocast(settings.precision, inputs):
            parts.append(forward(batch).float().cpu())
    result: NDArray[np.float64] = torch.cat(parts).double().numpy()
    return result
