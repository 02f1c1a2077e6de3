"""The training loop of a group of networks that are trained at once."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.training import checkpoint
from components.training.batched_mlp import BatchedMLP
from components.training.batched_optimizer import BatchedOptimizer
from components.training.early_stopping import EarlyStopping
from components.training.inputs import Inputs
from components.training.prediction import EVALUATION_BATCH
from components.training.result import FitResult
from components.training.settings import Training
from components.training.targets import Targets, has_preferred_class

METRICS = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class BatchedLoop:
    """State of the training of R networks; see `fit_batched` for the arguments.

    Shapes: metrics are (R,), rows (R, n), tensors with a class axis (R, C, n).
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
        learning_rates: Tensor | None,
    ) -> None:
        """Copy the weights of the networks; `finish` writes them back."""
        self.networks, self.inputs, self.settings, self.targets = networks, inputs, settings, targets
        self.device = inputs.device
        self.trains, self.validations = torch.from_numpy(np.stack(trains)), torch.from_numpy(np.stack(validations))
        self.shared_validation = bool((self.validations == self.validations[0]).all())
        self.validation_targets = targets.distributions_of(self.validations)
        self.mlp = BatchedMLP(networks)
        self.optimizer = BatchedOptimizer(self.mlp.parameters, settings, learning_rates)
        self.early_stopping = EarlyStopping(self.mlp.parameters, settings)
        self.order_generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.class_weights = torch.stack([targets.class_weights(rows) for rows in self.trains])
        self.steps = 0
        self.results = [FitResult() for _ in networks]
        largest = settings.batch_size if self.shared_validation else max(settings.batch_size, EVALUATION_BATCH)
        largest = min(largest, max(self.trains.shape[1], self.validations.shape[1]))
        self.buffer = (
            None if inputs.streamed else inputs.array.new_empty(len(networks) * largest, inputs.array.shape[1])
        )

    def run(
        self, epochs: int, file: Path | None, on_epoch: Callable[[dict[str, Any], int], None], stop: Event
    ) -> list[FitResult]:
        """Train for `epochs` epochs, resuming from a checkpoint if there is one, and write the weights back.

        Args:
            epochs: Number of epochs.
            file: Checkpoint file; None for no checkpoints.
            on_epoch: Called after each epoch with the mean metrics and the number of networks.
            stop: Event that ends the training early; the results are then incomplete.
        """
        state = checkpoint.load(file, self.device) if file else None
        if state:
            self.restore(state)
        total = max(1, epochs * -(-self.trains.shape[1] // self.settings.batch_size))
        before, began = self.results[0].seconds, time.monotonic()
        saved = began
        for number in range(len(self.results[0].curves) + 1, epochs + 1):
            if stop.is_set() or self.early_stopping.all_stopped:
                break
            metrics = self.run_epoch(number, total)
            for result, row in zip(self.results, metrics, strict=True):
                result.curves.append(row)
                result.seconds = before + time.monotonic() - began
            losses = [row["validation_loss"] for row in metrics]
            self.early_stopping.update(number, losses, self.mlp.parameters, last=number == epochs)
            if file and (number == epochs or time.monotonic() - saved >= self.settings.checkpoint_seconds):
                checkpoint.save(self.state(), file)
                saved = time.monotonic()
            means = {key: float(np.mean([row[key] for row in metrics])) for key in METRICS}
            on_epoch(metrics[0] | means, len(metrics))
        return self.finish()

    @torch.no_grad()
    def run_epoch(self, number: int, total: int) -> list[dict[str, Any]]:
        """Train every network for one epoch and return the metrics of each.

        Args:
            number: Epoch, from 1.
            total: Number of steps of the whole training, for the schedule.
        """
        rows = self.epoch_orders()
        soft = self.targets.distributions_of(rows)
        weighted, sums = self.weighted_targets(soft, rows)
        size = self.settings.batch_size
        chunks = [torch.split(tensor, size, 2) for tensor in (weighted, sums) if tensor is not None]
        outputs = []
        for batch, target, *target_sum in zip(
            torch.split(rows.to(self.inputs.array.device), size, 1), *chunks, strict=True
        ):
            activations = self.mlp.forward(self.batch(batch))
            outputs.append(activations[-1])
            gradient = torch.softmax(activations[-1], 1)  # gradient of the cross-entropy: softmax minus target
            for factor in target_sum:
                gradient *= factor
            self.mlp.backward(activations, gradient.sub_(target).div_(target.shape[2]))
            self.optimizer.step(min(1.0, self.steps / total))
            self.steps += 1
        logits = torch.cat(outputs, 2)
        correct, counted = count_correct(logits, soft)
        loss = (torch.log_softmax(logits, 1) * weighted).sum(1).mean(1).neg()
        columns = [loss.tolist(), (correct / counted).tolist(), *self.evaluate()]
        return [
            {"epoch": number, "phase": "plain", **dict(zip(METRICS, values, strict=True))}
            for values in zip(*columns, strict=True)
        ]

    def epoch_orders(self) -> Tensor:
        """Draw the training rows (R, n) of the next epoch, in the same order as `fit`."""
        sampling = self.settings.balance == "sampling"
        drawn = zip(self.trains, self.class_weights, self.order_generators, strict=True)
        return torch.stack(
            [self.targets.draw_epoch(rows, weights, generator, sampling=sampling) for rows, weights, generator in drawn]
        )

    def weighted_targets(self, soft: Tensor, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        """Apply label smoothing, class weights and row weights to the targets.

        Args:
            soft: (R, n, C) target distributions.
            rows: (R, n) rows of the targets.

        Returns:
            (R, C, n) weighted targets, and (R, 1, n) their sums over the classes; None if all sums are 1.
        """
        smoothing = self.settings.label_smoothing
        if smoothing:
            soft = soft * (1 - smoothing) + smoothing / soft.shape[-1]
        if self.settings.balance == "weights":
            soft = soft * self.class_weights.to(self.device)[:, None, :]
        elif self.targets.weights is None:
            return soft.transpose(1, 2).contiguous(), None
        weighted = self.targets.weighted(soft.permute(2, 0, 1), rows).transpose(0, 1).contiguous()
        return weighted, weighted.sum(1, keepdim=True)

    def batch(self, rows: Tensor) -> Tensor:
        """Return features (R, B, F) of rows (R, B), in a buffer that the next call overwrites."""
        flat = rows.reshape(-1)
        out = None if self.buffer is None else self.buffer[: len(flat)]
        return self.inputs.batch(flat, out).view(*rows.shape, -1)

    def evaluate(self) -> tuple[list[float], list[float]]:
        """Return loss and accuracy of each network on its validation rows, NaN if there are none."""
        networks, count = self.validations.shape
        if not count:
            undefined = [float("nan")] * networks
            return undefined, undefined
        loss, correct, counted = torch.zeros(3, networks, device=self.device)
        chunks = [torch.split(tensor, EVALUATION_BATCH, 1) for tensor in (self.validations, self.validation_targets)]
        for rows, soft in zip(*chunks, strict=True):
            batch = self.inputs.batch(rows[0]) if self.shared_validation else self.batch(rows)
            logits = self.mlp.forward(batch)[-1]
            losses = -(torch.log_softmax(logits, 1) * soft.transpose(1, 2)).sum(1)
            loss += self.targets.weighted(losses, rows).sum(1)
            chunk_correct, chunk_counted = count_correct(logits, soft)
            correct, counted = correct + chunk_correct, counted + chunk_counted
        return (loss / count).tolist(), (correct / counted).tolist()

    def finish(self) -> list[FitResult]:
        """Write the kept weights into the networks, and cut the curves at the epoch where a network stopped."""
        self.mlp.write(self.early_stopping.kept, self.networks)
        for index, (network, result) in enumerate(zip(self.networks, self.results, strict=True)):
            network.eval()
            stop, result.kept_epoch = self.early_stopping.stop_and_kept_epoch(index, len(result.curves))
            result.curves = result.curves[:stop]
        return self.results

    def state(self) -> dict[str, Any]:
        """Return everything that determines the rest of the training, for a checkpoint."""
        return {
            "parameters": self.mlp.parameters.detach(),
            "optimizer": self.optimizer.state(),
            "early_stopping": self.early_stopping.state(),
            "order_generators": [generator.get_state() for generator in self.order_generators],
            "steps": self.steps,
            "curves": [result.curves for result in self.results],
            "seconds": self.results[0].seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state`."""
        with torch.no_grad():
            self.mlp.parameters.copy_(state["parameters"])
        self.optimizer.restore(state["optimizer"])
        self.early_stopping.restore(state["early_stopping"])
        for generator, stored in zip(self.order_generators, state["order_generators"], strict=True):
            generator.set_state(stored.cpu())
        self.steps = state["steps"]
        for result, curves in zip(self.results, state["curves"], strict=True):
            result.curves, result.seconds = curves, state["seconds"]


def count_correct(logits: Tensor, soft: Tensor) -> tuple[Tensor, Tensor]:
    """Count correctly classified rows.

    Args:
        logits: (R, C, n).
        soft: (R, n, C) target distributions.

    Returns:
        (R,) number of rows whose largest logit is that of the most probable class, and (R,) number of rows that have a
        most probable class.
    """
    preferred = has_preferred_class(soft)
    predicted = logits.max(1).indices  # fifty times as fast as `argmax` over a middle axis
    correct = (predicted == soft.argmax(2)) & preferred
    return correct.sum(1), preferred.sum(1)
