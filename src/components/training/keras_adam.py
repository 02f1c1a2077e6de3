"""Adam as Keras computes it."""

import inspect
import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

_step_of_adam = inspect.unwrap(torch.optim.Adam.step)
"""`torch.optim.Adam.step` without its wrappers for profiling and gradient mode, which hold the interpreter lock."""


class KerasAdam(torch.optim.Adam):
    """Adam (Kingma & Ba 2015) with epsilon where Keras has it.

    Keras adds epsilon to the uncorrected root of the second moment v; torch divides the root by sqrt(1 - beta2^t)
    first. In step t Keras computes, with the first moment m:

        alpha = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
        parameter -= alpha * m / (sqrt(v) + eps)

    This is torch's step with an epsilon of eps / sqrt(1 - beta2^t): 32 times as large in the first step, the same in
    the end. It is the form that Kingma & Ba call "epsilon hat" (section 2). Source: `keras.optimizers.Adam`
    (keras/src/optimizers/adam.py of Keras 3, `update_step`; keras/optimizers/adam.py of 2.13, which the thesis used).
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
    ) -> None:
        """Create the optimizer.

        Args:
            params: Parameters, or groups of them with settings of their own.
            lr: Learning rate.
            betas: Decay of the first and of the second moment per step.
            eps: Keras's epsilon.
        """
        super().__init__(params, lr=lr, betas=betas, eps=eps)
        for group in self.param_groups:
            group |= {"keras_eps": group["eps"], "steps": 0}

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters from their gradients.

        Args:
            closure: Function that computes the loss again and returns it; None for no such function.

        Returns:
            What `closure` returned; None without one.
        """
        for group in self.param_groups:
            group["steps"] += 1
            group["eps"] = group["keras_eps"] / math.sqrt(1 - group["betas"][1] ** group["steps"])
        return _step_of_adam(self, closure)
