"""The optimizer of several networks whose parameters are the rows of one tensor."""

import inspect
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from components.training.settings import Training


class BatchedOptimizer:
    """One optimizer for R networks, with gradient clipping and learning rates per network."""

    def __init__(self, parameters: nn.Parameter, settings: Training, learning_rates: Tensor | None) -> None:
        """Create the optimizer.

        Args:
            parameters: (R, P) parameters of each network, with `grad`.
            settings: Optimizer, schedule and gradient clipping.
            learning_rates: (R,) learning rates; None for the optimizer's.
        """
        self.parameters, self.settings = parameters, settings
        self.optimizer = settings.optimizer([parameters])
        for group in self.optimizer.param_groups:
            if "fused" in group:
                group["fused"] = True  # one pass over the parameters instead of eight
        self.learning_rate = float(self.optimizer.param_groups[0]["lr"])
        # the wrappers of `step` for profiling and gradient mode hold the interpreter lock in every step: bypass them
        self._step = partial(inspect.unwrap(type(self.optimizer).step), self.optimizer)
        self._rate_factors: Tensor | None = None
        if learning_rates is not None:
            self._rate_factors = (learning_rates / self.learning_rate).to(parameters.device)[:, None]

    def step(self, progress: float) -> None:
        """Update the parameters from their gradients.

        Args:
            progress: Share of all steps that are completed, 0 to 1, for the schedule.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * self.settings.schedule(progress)
        if self.settings.clip_norm:
            assert self.parameters.grad is not None
            norms = self.parameters.grad.norm(dim=1, keepdim=True)
            self.parameters.grad.mul_((self.settings.clip_norm / (norms + 1e-6)).clamp(max=1.0))
        if self._rate_factors is None:
            self._step()
            return
        before = self.parameters.detach().clone()
        self._step()
        self.parameters.copy_(torch.lerp(before, self.parameters, self._rate_factors))

    def state(self) -> dict[str, Any]:
        """Return the state of the optimizer, for a checkpoint."""
        return self.optimizer.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state`."""
        self.optimizer.load_state_dict(state)
