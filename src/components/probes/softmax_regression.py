"""Minimisation of the penalised cross-entropy of many linear classifiers on the same features, in batched products.

L-BFGS (Nocedal and Wright 2006, algorithm 7.4) on all problems at once: one matrix product with the features gives the
logits of all of them, another one their gradients. A diagonal preconditioner, from a bound of the Hessian in the
principal components of the features (Böhning 1992), keeps the number of iterations small.
"""

import logging
from dataclasses import dataclass

import torch
from torch import Tensor

log = logging.getLogger(__name__)

MEMORY = 10
"""Number of earlier steps from which the Hessian is estimated."""

SUFFICIENT = 1e-4
"""Share of the decrease that the gradient promises which a step must reach (Armijo)."""

MAX_HALVINGS = 30


@dataclass(frozen=True)
class Components:
    """Principal components of features.

    Attributes:
        coordinates: (n, r + 1) coordinates of the centred features, and a column of ones.
        axes: (F, r) orthonormal axes.
        mean: (F,) mean of the features.
        curvature: (r + 1,) mean square of each coordinate, and 1.
    """

    coordinates: Tensor
    axes: Tensor
    mean: Tensor
    curvature: Tensor

    def linear(self, solution: Tensor) -> tuple[Tensor, Tensor]:
        """Return weights (B, C, F) and biases (B, C) on the features, of a solution (r + 1, B, C)."""
        weights = torch.einsum("fr,rbc->bcf", self.axes, solution[:-1])
        return weights, solution[-1] - weights @ self.mean


def principal_components(features: Tensor) -> Components:
    """Return the coordinates of features (n, F) in their own span: at most n of the F dimensions count."""
    mean = features.mean(dim=0)
    centred = features - mean
    if len(features) < features.shape[1]:
        values, vectors = torch.linalg.eigh(centred @ centred.T)
        kept = values > values.max() * len(values) * torch.finfo(values.dtype).eps
        axes = centred.T @ (vectors[:, kept] / values[kept].sqrt())
    else:
        values, vectors = torch.linalg.eigh(centred.T @ centred)
        axes = vectors[:, values > values.max() * len(values) * torch.finfo(values.dtype).eps]
    coordinates = torch.cat([centred @ axes, torch.ones_like(features[:, :1])], dim=1)
    return Components(coordinates, axes, mean, coordinates.square().mean(dim=0))


def minimise(
    components: Components,
    targets: Tensor,
    weights: Tensor,
    penalties: Tensor,
    *,
    start: Tensor | None = None,
    tolerance: float = 1e-7,
    max_iterations: int = 1000,
) -> Tensor:
    """Minimise mean cross-entropy + penalty / 2 * squared weights, in each of B problems; biases are not penalised.

    Args:
        components: Features of all problems.
        targets: (n, C) distributions over the classes.
        weights: (B, n) weights of the rows.
        penalties: (B,) strengths of the penalty, above 0.
        start: (r + 1, B, C) first solution; None for zeros.
        tolerance: Largest element of the gradient at the solution.
        max_iterations: Number of iterations after which the solution is taken as it is, with a warning.

    Returns:
        (r + 1, B, C) solutions.
    """
    features, curvature = components.coordinates, components.curvature
    shape = (features.shape[1], len(weights), targets.shape[1])
    solution = torch.zeros(shape, dtype=features.dtype, device=features.device) if start is None else start.clone()
    shares = (weights / weights.sum(dim=1, keepdim=True)).T  # (n, B)
    penalised = torch.ones(shape[0], 1, 1, dtype=features.dtype, device=features.device)
    penalised[-1] = 0

    def product(matrix: Tensor, columns: Tensor) -> Tensor:
        return (matrix @ columns.flatten(1)).view(len(matrix), *columns.shape[1:])

    def value(logits: Tensor, at: Tensor, rows: Tensor, strengths: Tensor) -> Tensor:
        losses = torch.logsumexp(logits, dim=2) - (targets[:, None] * logits).sum(dim=2)
        return (rows * losses).sum(dim=0) + 0.5 * strengths * (penalised * at.square()).sum(dim=(0, 2))

    def gradient(logits: Tensor, at: Tensor, rows: Tensor, strengths: Tensor) -> Tensor:
        residual = rows[:, :, None] * (logits.softmax(dim=2) - targets[:, None])
        return product(features.T, residual) + strengths[None, :, None] * penalised * at

    active = torch.arange(shape[1], device=features.device)
    at, rows, strengths = solution, shares, penalties
    logits = product(features, at)
    slope = gradient(logits, at, rows, strengths)
    loss = value(logits, at, rows, strengths)
    memory: list[tuple[Tensor, Tensor, Tensor]] = []
    for _ in range(max_iterations):
        done = slope.abs().amax(dim=(0, 2)) <= tolerance
        if done.any():
            solution[:, active[done]] = at[:, done]
            left = ~done
            active, rows, strengths, loss = active[left], rows[:, left], strengths[left], loss[left]
            at, slope, logits = at[:, left], slope[:, left], logits[:, left]
            memory = [(step[:, left], change[:, left], scale[left]) for step, change, scale in memory]
            if not len(active):
                return solution
        diagonal = 0.5 * curvature[:, None, None] + strengths[None, :, None] * penalised
        direction = -_inverse_hessian_product(slope, memory, diagonal)
        promised = (direction * slope).sum(dim=(0, 2))
        change_of_logits = product(features, direction)
        length = torch.ones_like(loss)
        for _ in range(MAX_HALVINGS):
            moved = value(
                logits + length[None, :, None] * change_of_logits,
                at + length[None, :, None] * direction,
                rows,
                strengths,
            )
            short = moved > loss + SUFFICIENT * length * promised + 1e-14 * loss.abs()
            if not short.any():
                break
            length = torch.where(short, length / 2, length)
        step = length[None, :, None] * direction
        at, logits, loss = at + step, logits + length[None, :, None] * change_of_logits, moved
        before, slope = slope, gradient(logits, at, rows, strengths)
        change = slope - before
        curve = (step * change).sum(dim=(0, 2))
        memory = [*memory, (step, change, torch.where(curve > 0, 1 / curve, 0.0))][-MEMORY:]
    solution[:, active] = at
    log.warning(
        "%d of %d logistic regressions did not converge in %d iterations (largest gradient %.1e): a stronger penalty "
        "helps (training.C)",
        len(active), shape[1], max_iterations, slope.abs().max(),
    )  # fmt: skip
    return solution


def _inverse_hessian_product(slope: Tensor, memory: list[tuple[Tensor, Tensor, Tensor]], diagonal: Tensor) -> Tensor:
    """Return the product of the estimated inverse Hessian with the gradient, by the two loops of L-BFGS."""
    result, factors = slope, []
    for step, change, scale in reversed(memory):
        factor = scale * (step * result).sum(dim=(0, 2))
        factors.append(factor)
        result = result - factor[None, :, None] * change
    result = result / diagonal
    if memory:
        _, change, scale = memory[-1]
        seen = (change.square() / diagonal).sum(dim=(0, 2)) * scale
        result = result / torch.where(seen > 0, seen, 1.0)[None, :, None]
    for (step, change, scale), factor in zip(memory, reversed(factors), strict=True):
        back = scale * (change * result).sum(dim=(0, 2))
        result = result + (factor - back)[None, :, None] * step
    return result
