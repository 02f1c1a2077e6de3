"""Forward passes of a trained network."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.training.devices import autocast
from components.training.inputs import Inputs
from components.training.settings import Precision

EVALUATION_BATCH = 256
"""Batch size of all forward passes outside training steps."""


@torch.no_grad()
def predict(
    network: nn.Module,
    forward: Callable[[Tensor], Tensor],
    inputs: Inputs,
    rows: NDArray[np.int64],
    precision: Precision,
) -> NDArray[np.float64]:
    """Compute the outputs of a network in evaluation mode.

    Args:
        network: Network, which is set to evaluation mode.
        forward: Function from a batch to outputs (B, K), such as logits or features; uses the network's parameters.
        inputs: Photos or features.
        rows: Rows of `inputs`.
        precision: Precision of forward passes on photos (`Training.precision`); features are in float32.

    Returns:
        (len(rows), K) outputs.
    """
    network.eval()
    parts = []
    for _, batch in inputs.batches(torch.from_numpy(rows), EVALUATION_BATCH):
        with autocast(precision, inputs):
            parts.append(forward(batch).float().cpu())
    result: NDArray[np.float64] = torch.cat(parts).double().numpy()
    return result
