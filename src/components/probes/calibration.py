"""The scale of the logits of a linear classifier that was not trained with cross-entropy."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from components.probes.data import ProbeData, log_loss
from components.probes.linear import linear_layers

SCALES = torch.logspace(-8, 8, 257, dtype=torch.float64)
"""Factors that are tried, relative to logits with a mean square of 1: 16 for each power of ten."""

LinearFit = Callable[[ProbeData], tuple[Tensor, Tensor]]
"""Function from B problems to weights (B, C, F) and biases (B, C)."""


def calibrated(data: ProbeData, folds: int, fit: LinearFit) -> list[nn.Module]:
    """Fit a linear classifier, and scale its logits (temperature scaling, Guo et al. 2017).

    The factor is the one of `SCALES` with the lowest log loss of photos that were held out in cross-validation.

    Args:
        data: Features, targets and weights of B problems.
        folds: Number of folds.
        fit: Fits the classifiers.

    Returns:
        A linear layer for each problem.
    """
    weights, biases = fit(data)
    held_out = data.held_out(folds)
    fold_weights, fold_biases = fit(data.without(held_out))
    logits = torch.einsum("nf,bcf->bnc", data.features, fold_weights) + fold_biases[:, None]
    of_folds = logits.view(*held_out.shape, -1)
    tested = (of_folds * held_out[..., None]).sum(dim=1).transpose(0, 1)  # (n, B, C): each row in its own fold
    used = data.weights.T > 0  # (n, B)
    mean_square = (tested.square().mean(dim=2) * used).sum(dim=0) / used.sum(dim=0)
    scales = SCALES.to(tested)[:, None] / mean_square.sqrt().clamp(min=1e-12)  # (257, B)
    losses = torch.stack([log_loss(factor[None, :, None] * tested, data.targets, data.weights) for factor in scales])
    factors = scales.gather(0, losses.argmin(dim=0, keepdim=True))[0]
    return linear_layers(factors[:, None, None] * weights, factors[:, None] * biases)
