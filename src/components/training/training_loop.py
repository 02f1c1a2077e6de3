"""The training loop of a single network."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from components.training.devices import autocast
from components.training.phase import TrainingPhase
from components.training.prediction import EVALUATION_BATCH
from components.training.result import FitResult
from components.training.settings import Training
from components.training.targets import Targets, has_preferred_class


class TrainingLoop:
    """State of the training of one network, and the steps of an epoch; see `fit` for the arguments."""

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
        self.parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self.optimizer = settings.optimizer(self.parameters)
        self.learning_rates = [group["lr"] for group in self.optimizer.param_groups]
        self.order_generator = torch.Generator().manual_seed(seed)
        self.augmentation_generator = torch.Generator(device=device).manual_seed(seed + 1_000_003)
        self.total_steps, self.steps = 1, 0
        self.best_loss, self.best_epoch = float("inf"), 0
        self.best_state: dict[str, Tensor] | None = None
        self.result = FitResult()
        self.class_weights = targets.class_weights(self.train)

    def run_epoch(self, phase: TrainingPhase) -> dict[str, float]:
        """Train on every row once, evaluate on the validation rows, and return the metrics of both."""
        self.network.train()
        class_weights = self.class_weights.to(self.device) if self.settings.balance == "weights" else None
        loss_sum, correct, counted = torch.zeros(3, device=self.device)
        rows = self.epoch_order()
        for chunk, inputs in phase.inputs.batches(rows, self.settings.batch_size):
            self.update_learning_rate()
            batch, soft = inputs, self.targets.distributions_of(chunk)
            if phase.augment:
                batch, soft = phase.augment(batch, soft, self.augmentation_generator)
            self.optimizer.zero_grad(set_to_none=True)
            with autocast(self.settings.precision, phase.inputs):
                logits = phase.forward(batch)
            losses = functional.cross_entropy(
                logits.float(),
                soft,
                weight=class_weights,
                label_smoothing=self.settings.label_smoothing,
                reduction="none",
            )
            loss = self.targets.weighted(losses, chunk).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            if self.settings.clip_norm:
                nn.utils.clip_grad_norm_(self.parameters, self.settings.clip_norm)
            self.optimizer.step()
            self.steps += 1
            loss_sum += loss.detach() * len(chunk)
            correct += ((logits.detach().argmax(1) == soft.argmax(1)) & has_preferred_class(soft)).sum()
            counted += has_preferred_class(soft).sum()
        metrics = {"train_loss": loss_sum.item() / len(rows), "train_accuracy": (correct / counted).item()}
        return metrics | self.evaluate(phase)

    @torch.no_grad()
    def evaluate(self, phase: TrainingPhase) -> dict[str, float]:
        """Return loss and accuracy on the validation rows, NaN if there are none."""
        if not len(self.validation):
            return {"validation_loss": float("nan"), "validation_accuracy": float("nan")}
        self.network.eval()
        loss_sum, correct, counted = torch.zeros(3, device=self.device)
        for chunk, inputs in phase.inputs.batches(self.validation, EVALUATION_BATCH):
            batch, soft = inputs, self.targets.distributions_of(chunk)
            if phase.augment and phase.augment_validation:
                batch, soft = phase.augment(batch, soft, self.augmentation_generator)
            with autocast(self.settings.precision, phase.inputs):
                logits = phase.forward(batch)
            losses = functional.cross_entropy(logits.float(), soft, reduction="none")
            loss_sum += self.targets.weighted(losses, chunk).sum()
            correct += ((logits.argmax(1) == soft.argmax(1)) & has_preferred_class(soft)).sum()
            counted += has_preferred_class(soft).sum()
        loss = loss_sum.item() / len(self.validation)
        return {"validation_loss": loss, "validation_accuracy": (correct / counted).item()}

    def epoch_order(self) -> Tensor:
        """Draw the training rows of the next epoch in random order."""
        return self.targets.draw_epoch(
            self.train, self.class_weights, self.order_generator, sampling=self.settings.balance == "sampling"
        )

    def update_learning_rate(self) -> None:
        """Set the learning rate of the next step according to the schedule."""
        factor = self.settings.schedule(min(1.0, self.steps / self.total_steps))
        for group, rate in zip(self.optimizer.param_groups, self.learning_rates, strict=True):
            group["lr"] = rate * factor

    def remember_best(self, number: int, metrics: dict[str, Any]) -> None:
        """Record an epoch with the lowest validation loss so far, and its weights if they may be kept."""
        if metrics["validation_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = metrics["validation_loss"], number
            if self.settings.keep == "best":
                self.best_state = {name: value.clone() for name, value in self.trained_state().items()}

    def out_of_patience(self) -> bool:
        """Return whether training stops because the validation loss has not improved for `patience` epochs."""
        patience, completed = self.settings.patience, len(self.result.curves)
        return patience is not None and self.best_epoch > 0 and completed - self.best_epoch >= patience

    def trained_state(self) -> dict[str, Tensor]:
        """Return the state of all trained modules: parameters that require a gradient, and buffers next to them."""
        frozen = {name for name, parameter in self.network.named_parameters() if not parameter.requires_grad}
        frozen_modules = {name.rpartition(".")[0] for name in frozen}
        return {
            name: value
            for name, value in self.network.state_dict().items()
            if name not in frozen and name.rpartition(".")[0] not in frozen_modules
        }

    def state(self) -> dict[str, Any]:
        """Return everything that determines the rest of the training, for a checkpoint."""
        return {
            "network": self.trained_state(),
            "optimizer": self.optimizer.state_dict(),
            "order_generator": self.order_generator.get_state(),
            "augmentation_generator": self.augmentation_generator.get_state(),
            "global_generator": torch.get_rng_state(),
            "steps": self.steps,
            "best": {"loss": self.best_loss, "epoch": self.best_epoch, "state": self.best_state},
            "curves": self.result.curves,
            "seconds": self.result.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state`."""
        self.network.load_state_dict(state["network"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.order_generator.set_state(state["order_generator"].cpu())
        self.augmentation_generator.set_state(state["augmentation_generator"].cpu())
        torch.set_rng_state(state["global_generator"].cpu())
        self.steps = state["steps"]
        best = state["best"]
        self.best_loss, self.best_epoch, self.best_state = best["loss"], best["epoch"], best["state"]
        self.result.curves, self.result.seconds = state["curves"], state["seconds"]

    def finish(self) -> None:
        """Load the weights that are kept, and set the network to evaluation mode."""
        self.result.kept_epoch = len(self.result.curves)
        if self.settings.keep == "best" and self.best_state is not None:
            self.network.load_state_dict(self.best_state, strict=False)
            self.result.kept_epoch = self.best_epoch
        self.network.eval()
