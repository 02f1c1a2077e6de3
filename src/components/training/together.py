"""Many small networks on the same features, trained at once: each step is one batched product for all of them."""

import copy
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from components.errors import ConfigError
from components.training import checkpoint
from components.training.devices import threads_for
from components.training.fit import Fitted
from components.training.inputs import Inputs
from components.training.settings import Training
from components.training.targets import Targets, of_a_class

BATCH_BYTES = 256 * 2**20
"""The rows of one step of one group of networks take at most about this much memory."""

FIGURES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


def fit_together(
    networks: Sequence[nn.Module],
    inputs: Inputs,
    targets: NDArray[np.int64] | NDArray[np.float32],
    trains: Sequence[NDArray[np.int64]],
    validations: Sequence[NDArray[np.int64]],
    classes: int,
    settings: Training,
    *,
    seeds: Sequence[int],
    epochs: int,
    learning_rates: Sequence[float] | None = None,
    weights: NDArray[np.float32] | None = None,
    resume_from: Path | None = None,
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> list[Fitted]:
    """Train R networks of one architecture, in place, as `fit` would train each alone, within float error.

    Args:
        networks: R networks without batch statistics and without dropout (an MLP), each with its own weights.
        inputs: Features (n, F) that all of them share.
        targets: (n,) class of every row, or (n, C) its distribution over the classes.
        trains: R arrays of rows to learn from, all of one length.
        validations: R arrays of rows to measure on, all of one length; may be empty.
        classes: C.
        settings: As for `fit`.
        seeds: R seeds; each decides the order of its network's rows.
        epochs: How many.
        learning_rates: R rates in place of the optimizer's own.
        weights: (n,) how much each row counts in the loss; None: all alike.
        resume_from: Checkpoint of a training that was killed.
        on_epoch: Told the mean figures of all networks after each epoch.

    Returns:
        R results, as `fit` gives them.

    Raises:
        ConfigError: The arrays of rows differ in length.
    """
    if len({len(rows) for rows in trains}) > 1 or len({len(rows) for rows in validations}) > 1:
        raise ConfigError("fit_together needs splits of one size for all networks; train them one after the other")
    size = max(1, BATCH_BYTES // (settings.batch_size * inputs.array.shape[1] * 4))
    fitted: list[Fitted] = []
    for start in range(0, len(networks), size):
        group = slice(start, start + size)
        rates = None if learning_rates is None else torch.tensor(learning_rates[group], dtype=torch.float32)
        file = resume_from.with_name(f"{resume_from.stem}-{start}.pt") if resume_from else None
        goals = Targets(targets, classes, weights, inputs.device)
        loop = _Together(
            networks[group], inputs, goals, trains[group], validations[group], settings, seeds[group], rates
        )
        with threads_for(inputs):
            fitted += loop.run(epochs, file, on_epoch)
    return fitted


class _Together:
    """The state of one group of networks between two epochs; leading dimension R everywhere."""

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
        self.networks, self.inputs, self.settings, self.targets = networks, inputs, settings, targets
        self.device = inputs.device
        self.trains = torch.from_numpy(np.stack(trains))
        self.validations = torch.from_numpy(np.stack(validations))
        stacked, _ = stack_module_state(list(networks))
        self.parameters = {name: value.detach().requires_grad_() for name, value in stacked.items()}
        skeleton = copy.deepcopy(networks[0]).to("meta")

        def one(parameters: dict[str, Tensor], batch: Tensor) -> Tensor:
            logits: Tensor = functional_call(skeleton, parameters, (batch,))
            return logits

        self.forward = torch.vmap(one)
        self.optimizer = settings.optimizer(self.parameters.values())
        self.rate = float(self.optimizer.param_groups[0]["lr"])
        self.relative = None if rates is None else (rates / self.rate).to(self.device)
        self.orders = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.class_weights = torch.stack([targets.class_weights(rows) for rows in self.trains])
        self.steps = 0
        self.fitted = [Fitted() for _ in networks]
        self.best_loss = torch.full((len(networks),), float("inf"))
        self.best_epoch = torch.zeros(len(networks), dtype=torch.int64)
        self.stopped_at = torch.zeros(len(networks), dtype=torch.int64)
        self.kept = {name: value.detach().clone() for name, value in self.parameters.items()}

    def run(self, epochs: int, file: Path | None, on_epoch: Callable[[dict[str, Any]], None] | None) -> list[Fitted]:
        """Train for `epochs` epochs, from the checkpoint in `file` when there is one, and fill the networks."""
        state = checkpoint.load(file, self.device) if file else None
        if state:
            self.restore(state)
        steps_an_epoch = -(-self.trains.shape[1] // self.settings.batch_size)
        total = max(1, epochs * steps_an_epoch)
        before, began = self.fitted[0].seconds, time.monotonic()
        saved = began
        for number in range(len(self.fitted[0].curves) + 1, epochs + 1):
            if bool((self.stopped_at > 0).all()):
                break
            rows = self.epoch(number, total)
            for fitted, row in zip(self.fitted, rows, strict=True):
                fitted.curves.append(row)
                fitted.seconds = before + time.monotonic() - began
            self.keep(number, rows, last=number == epochs)
            if file and (number == epochs or time.monotonic() - saved >= self.settings.checkpoint_seconds):
                checkpoint.save(self.state(), file)
                saved = time.monotonic()
            if on_epoch:
                on_epoch(rows[0] | {key: float(np.mean([row[key] for row in rows])) for key in FIGURES})
        return self.finish()

    def epoch(self, number: int, total: int) -> list[dict[str, Any]]:
        """One epoch of every network; its figures, one row a network."""
        orders = torch.stack([self.order(index) for index in range(len(self.networks))])
        weights = self.class_weights.to(self.device) if self.settings.balance == "weights" else None
        loss_sum = torch.zeros(len(self.networks), device=self.device)
        right, counted = torch.zeros(2, len(self.networks), device=self.device)
        for rows in torch.split(orders, self.settings.batch_size, dim=1):
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate * self.settings.schedule(min(1.0, self.steps / total))
            batch, soft = self.batch(rows)
            self.optimizer.zero_grad(set_to_none=True)
            logits = self.forward(self.parameters, batch)
            each = cross_entropies(logits, soft, weights, self.settings.label_smoothing)
            losses = self.targets.weigh(each, rows).mean(1)
            losses.sum().backward()  # type: ignore[no-untyped-call]
            if self.settings.clip_norm:
                self.clip(self.settings.clip_norm)
            self.step()
            self.steps += 1
            loss_sum += losses.detach() * rows.shape[1]
            right += ((logits.detach().argmax(2) == soft.argmax(2)) & of_a_class(soft)).sum(1)
            counted += of_a_class(soft).sum(1)
        loss, accuracy = self.measure()
        columns = [(loss_sum / orders.shape[1]).tolist(), (right / counted).tolist(), loss.tolist(), accuracy.tolist()]
        return [
            {"epoch": number, "phase": "plain", **dict(zip(FIGURES, values, strict=True))}
            for values in zip(*columns, strict=True)
        ]

    def order(self, index: int) -> Tensor:
        rows, generator = self.trains[index], self.orders[index]
        if self.settings.balance == "sampling":
            chances = self.targets.chances(rows, self.class_weights[index])
            return rows[torch.multinomial(chances, len(rows), replacement=True, generator=generator)]
        return rows[torch.randperm(len(rows), generator=generator)]

    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Features (R, B, F) and targets (R, B, C) of row indices (R, B)."""
        return self.inputs.batch(rows.reshape(-1)).reshape(*rows.shape, -1), self.targets.soft(rows)

    def step(self) -> None:
        """One step of the optimizer; networks with a rate of their own go their share of the way.

        The step of Adam, AdamW and SGD is proportional to the rate, so a share of it is the step at that rate.
        """
        if self.relative is None:
            self.optimizer.step()
            return
        before = {name: value.detach().clone() for name, value in self.parameters.items()}
        self.optimizer.step()
        with torch.no_grad():
            for name, value in self.parameters.items():
                share = self.relative.reshape(-1, *[1] * (value.ndim - 1))
                value.copy_(before[name] + share * (value - before[name]))

    def clip(self, largest: float) -> None:
        """Scale each network's gradient to a norm of at most `largest`."""
        gradients = [one.grad for one in self.parameters.values() if one.grad is not None]
        norms = torch.stack([one.flatten(1).norm(dim=1) for one in gradients]).norm(dim=0)
        factor = (largest / (norms + 1e-6)).clamp(max=1.0)
        for one in gradients:
            one.mul_(factor.reshape(-1, *[1] * (one.ndim - 1)))

    @torch.no_grad()
    def measure(self) -> tuple[Tensor, Tensor]:
        """Loss and accuracy (R,) on the validation rows."""
        if not self.validations.shape[1]:
            nothing = torch.full((len(self.networks),), float("nan"))
            return nothing, nothing
        batch, soft = self.batch(self.validations)
        logits = self.forward(self.parameters, batch)
        right = ((logits.argmax(2) == soft.argmax(2)) & of_a_class(soft)).sum(1) / of_a_class(soft).sum(1)
        losses = self.targets.weigh(cross_entropies(logits, soft, None, 0.0), self.validations)
        return losses.mean(1).cpu(), right.cpu()

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
        chosen = better if self.settings.keep == "best" else ends
        if self.settings.keep == "best":
            chosen = chosen | (ends & (self.best_epoch == 0))
        mask = chosen.to(self.device)
        for name, value in self.parameters.items():
            picked = mask.reshape(-1, *[1] * (value.ndim - 1))
            self.kept[name] = torch.where(picked, value.detach(), self.kept[name])

    def finish(self) -> list[Fitted]:
        """Give each network the weights that are to be kept, and cut its curves where it stopped."""
        for index, (network, fitted) in enumerate(zip(self.networks, self.fitted, strict=True)):
            network.load_state_dict({name: value[index] for name, value in self.kept.items()})
            network.eval()
            stop = int(self.stopped_at[index]) or len(fitted.curves)
            fitted.curves = fitted.curves[:stop]
            best = int(self.best_epoch[index])
            fitted.kept_epoch = best if self.settings.keep == "best" and best else stop
        return self.fitted

    def state(self) -> dict[str, Any]:
        """Everything that decides how the training goes on."""
        return {
            "parameters": {name: value.detach() for name, value in self.parameters.items()},
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
            for name, value in self.parameters.items():
                value.copy_(state["parameters"][name])
        self.kept = state["kept"]
        self.optimizer.load_state_dict(state["optimizer"])
        for generator, kept in zip(self.orders, state["orders"], strict=True):
            generator.set_state(kept.cpu())
        self.steps = state["steps"]
        self.best_loss, self.best_epoch = state["best_loss"].cpu(), state["best_epoch"].cpu()
        self.stopped_at = state["stopped_at"].cpu()
        for fitted, curves in zip(self.fitted, state["curves"], strict=True):
            fitted.curves, fitted.seconds = curves, state["seconds"]


def cross_entropies(logits: Tensor, soft: Tensor, weights: Tensor | None, label_smoothing: float) -> Tensor:
    """Cross-entropy (R, B) of logits (R, B, C) and soft targets, as torch's with class probabilities as targets.

    `weights` (R, C) weigh the classes.
    """
    if label_smoothing:
        soft = soft * (1 - label_smoothing) + label_smoothing / soft.shape[-1]
    terms = -soft * torch.log_softmax(logits.float(), dim=-1)
    return (terms if weights is None else terms * weights[:, None, :]).sum(-1)
