"""The loop of a group of networks that are trained at once."""

import inspect
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.training import checkpoint
from components.training.batched_mlp import BatchedMLP
from components.training.fit import EVALUATION_BATCH, Fitted
from components.training.inputs import Inputs
from components.training.settings import Training
from components.training.targets import Targets, of_a_class

FIGURES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class Loop:
    """The state of one group of R networks between two epochs; see `fit_batched` for what it is made of.

    Figures are (R,), rows (R, n), and what is said of classes (R, C, n).
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        inputs: Inputs,
        targets: Targets,
        trains: Sequence[NDArray[np.int64]],
        validations: Sequence[NDArray[np.int64]],
        settings: Training,
        seeds: Sequence[int],
        rates: Tensor | None,
    ) -> None:
        """Take the networks' weights; `finish` gives them back."""
        self.networks, self.inputs, self.settings, self.targets = networks, inputs, settings, targets
        self.device = inputs.device
        self.trains, self.validations = torch.from_numpy(np.stack(trains)), torch.from_numpy(np.stack(validations))
        self.one_validation = bool((self.validations == self.validations[0]).all())
        self.validation_soft = targets.soft(self.validations)
        self.stack = BatchedMLP(networks)
        self.optimizer = settings.optimizer([self.stack.parameters])
        for group in self.optimizer.param_groups:
            if "fused" in group:
                group["fused"] = True  # one pass over the parameters in place of eight
        self.rate = float(self.optimizer.param_groups[0]["lr"])
        # without the profiler's hook and the switch of gradients around it: both hold Python's lock in every step
        self.take_step = partial(inspect.unwrap(type(self.optimizer).step), self.optimizer)
        most = settings.batch_size if self.one_validation else max(settings.batch_size, EVALUATION_BATCH)
        most = min(most, max(self.trains.shape[1], self.validations.shape[1]))
        self.room = None if inputs.streamed else inputs.array.new_empty(len(networks) * most, inputs.array.shape[1])
        self.shares = None if rates is None else (rates / self.rate).to(self.device)[:, None]
        self.orders = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.class_weights = torch.stack([targets.class_weights(rows) for rows in self.trains])
        self.steps = 0
        self.fitted = [Fitted() for _ in networks]
        self.best_loss = torch.full((len(networks),), float("inf"))
        self.best_epoch = torch.zeros(len(networks), dtype=torch.int64)
        self.stopped_at = torch.zeros(len(networks), dtype=torch.int64)
        self.kept = self.stack.parameters.detach().clone()

    def run(
        self, epochs: int, file: Path | None, on_epoch: Callable[[dict[str, Any], int], None], stop: Event
    ) -> list[Fitted]:
        """Train for `epochs` epochs, from the checkpoint in `file` when there is one, and fill the networks.

        Ends early, without a result of use, when `stop` is set.
        """
        state = checkpoint.load(file, self.device) if file else None
        if state:
            self.restore(state)
        total = max(1, epochs * -(-self.trains.shape[1] // self.settings.batch_size))
        before, began = self.fitted[0].seconds, time.monotonic()
        saved = began
        for number in range(len(self.fitted[0].curves) + 1, epochs + 1):
            if stop.is_set() or bool((self.stopped_at > 0).all()):
                break
            rows = self.epoch(number, total)
            for fitted, row in zip(self.fitted, rows, strict=True):
                fitted.curves.append(row)
                fitted.seconds = before + time.monotonic() - began
            self.keep(number, rows, last=number == epochs)
            if file and (number == epochs or time.monotonic() - saved >= self.settings.checkpoint_seconds):
                checkpoint.save(self.state(), file)
                saved = time.monotonic()
            on_epoch(rows[0] | {key: float(np.mean([row[key] for row in rows])) for key in FIGURES}, len(rows))
        return self.finish()

    @torch.no_grad()
    def epoch(self, number: int, total: int) -> list[dict[str, Any]]:
        """One epoch of every network; its figures, one row a network."""
        rows = torch.stack([self.order(index) for index in range(len(self.networks))])
        soft = self.targets.soft(rows)
        wanted, weight = self.wanted(soft, rows)
        size = self.settings.batch_size
        goals = [torch.split(one, size, 2) for one in (wanted, weight) if one is not None]
        outputs = []
        for batch, goal, *share in zip(torch.split(rows.to(self.inputs.array.device), size, 1), *goals, strict=True):
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate * self.settings.schedule(min(1.0, self.steps / total))
            flow = self.stack.forward(self.batch(batch))
            outputs.append(flow[-1])
            slope = torch.softmax(flow[-1], 1)  # of the cross-entropy in the logits: softmax minus what is wanted
            for one in share:
                slope *= one
            self.stack.backward(flow, slope.sub_(goal).div_(goal.shape[2]))
            self.step()
            self.steps += 1
        logits = torch.cat(outputs, 2)
        right, counted = hits(logits, soft)
        loss = (torch.log_softmax(logits, 1) * wanted).sum(1).mean(1).neg()
        columns = [loss.tolist(), (right / counted).tolist(), *self.measure()]
        return [
            {"epoch": number, "phase": "plain", **dict(zip(FIGURES, values, strict=True))}
            for values in zip(*columns, strict=True)
        ]

    def order(self, index: int) -> Tensor:
        """The training rows of a network in the order of this epoch, as `fit` draws them."""
        rows, generator = self.trains[index], self.orders[index]
        if self.settings.balance == "sampling":
            chances = self.targets.chances(rows, self.class_weights[index])
            return rows[torch.multinomial(chances, len(rows), replacement=True, generator=generator)]
        return rows[torch.randperm(len(rows), generator=generator)]

    def wanted(self, soft: Tensor, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        """Targets (R, C, n) of the loss, weighted by class and by row, and their sums (R, 1, n) where those are not 1.

        Args:
            soft: (R, n, C) distributions over the classes.
            rows: (R, n) which rows they are of.
        """
        smoothing = self.settings.label_smoothing
        if smoothing:
            soft = soft * (1 - smoothing) + smoothing / soft.shape[-1]
        if self.settings.balance == "weights":
            soft = soft * self.class_weights.to(self.device)[:, None, :]
        elif self.targets.weights is None:
            return soft.transpose(1, 2).contiguous(), None
        wanted = self.targets.weigh(soft.permute(2, 0, 1), rows).transpose(0, 1).contiguous()
        return wanted, wanted.sum(1, keepdim=True)

    def batch(self, rows: Tensor) -> Tensor:
        """Features (R, B, F) of row indices (R, B), in memory that the next call writes over."""
        flat = rows.reshape(-1)
        room = None if self.room is None else self.room[: len(flat)]
        return self.inputs.batch(flat, room).view(*rows.shape, -1)

    def step(self) -> None:
        """One step of the optimizer; networks with a rate of their own go their share of the way."""
        parameters = self.stack.parameters
        if self.settings.clip_norm:
            assert parameters.grad is not None
            norms = parameters.grad.norm(dim=1, keepdim=True)
            parameters.grad.mul_((self.settings.clip_norm / (norms + 1e-6)).clamp(max=1.0))
        if self.shares is None:
            self.take_step()
            return
        before = parameters.detach().clone()
        self.take_step()
        parameters.copy_(torch.lerp(before, parameters, self.shares))

    def measure(self) -> tuple[list[float], list[float]]:
        """Loss and accuracy on the validation rows, an entry a network."""
        networks, count = self.validations.shape
        if not count:
            nothing = [float("nan")] * networks
            return nothing, nothing
        loss, right, counted = torch.zeros(3, networks, device=self.device)
        chunks = [torch.split(one, EVALUATION_BATCH, 1) for one in (self.validations, self.validation_soft)]
        for rows, soft in zip(*chunks, strict=True):
            batch = self.inputs.batch(rows[0]) if self.one_validation else self.batch(rows)
            logits = self.stack.forward(batch)[-1]
            losses = -(torch.log_softmax(logits, 1) * soft.transpose(1, 2)).sum(1)
            loss += self.targets.weigh(losses, rows).sum(1)
            hit, of = hits(logits, soft)
            right, counted = right + hit, counted + of
        return (loss / count).tolist(), (right / counted).tolist()

    def keep(self, number: int, rows: list[dict[str, Any]], *, last: bool) -> None:
        """Note which networks are better than ever, which stop now, and whose weights are to be kept."""
        loss = torch.tensor([row["validation_loss"] for row in rows])
        running = self.stopped_at == 0
        better = running & (loss < self.best_loss)
        self.best_loss = torch.where(better, loss, self.best_loss)
        self.best_epoch[better] = number
        stops = torch.zeros_like(running)
        if self.settings.patience is not None:
            stops = running & (self.best_epoch > 0) & (number - self.best_epoch >= self.settings.patience)
        ends = running & (stops | last)
        self.stopped_at[ends] = number
        chosen = better | (ends & (self.best_epoch == 0)) if self.settings.keep == "best" else ends
        if bool(chosen.any()):
            self.kept = torch.where(chosen.to(self.device)[:, None], self.stack.parameters.detach(), self.kept)

    def finish(self) -> list[Fitted]:
        """Give each network the weights that are to be kept, and cut its curves where it stopped."""
        self.stack.write(self.kept, self.networks)
        for index, (network, fitted) in enumerate(zip(self.networks, self.fitted, strict=True)):
            network.eval()
            stop = int(self.stopped_at[index]) or len(fitted.curves)
            fitted.curves = fitted.curves[:stop]
            best = int(self.best_epoch[index])
            fitted.kept_epoch = best if self.settings.keep == "best" and best else stop
        return self.fitted

    def state(self) -> dict[str, Any]:
        """Everything that decides how the training goes on."""
        return {
            "parameters": self.stack.parameters.detach(),
            "kept": self.kept,
            "optimizer": self.optimizer.state_dict(),
            "orders": [generator.get_state() for generator in self.orders],
            "steps": self.steps,
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "stopped_at": self.stopped_at,
            "curves": [one.curves for one in self.fitted],
            "seconds": self.fitted[0].seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` gave."""
        with torch.no_grad():
            self.stack.parameters.copy_(state["parameters"])
        self.kept = state["kept"]
        self.optimizer.load_state_dict(state["optimizer"])
        for generator, kept in zip(self.orders, state["orders"], strict=True):
            generator.set_state(kept.cpu())
        self.steps = state["steps"]
        self.best_loss, self.best_epoch = state["best_loss"].cpu(), state["best_epoch"].cpu()
        self.stopped_at = state["stopped_at"].cpu()
        for fitted, curves in zip(self.fitted, state["curves"], strict=True):
            fitted.curves, fitted.seconds = curves, state["seconds"]


def hits(logits: Tensor, soft: Tensor) -> tuple[Tensor, Tensor]:
    """How many of n rows get the class that their targets (R, n, C) prefer, by logits (R, C, n); how many prefer any.

    `max`, since `argmax` over a middle axis takes fifty times as long.
    """
    prefer = of_a_class(soft)
    right = (logits.max(1).indices == soft.argmax(2)) & prefer
    return right.sum(1), prefer.sum(1)
