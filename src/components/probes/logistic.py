"""Multinomial logistic regression whose penalty is chosen by cross-validation inside the training photos."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from components.errors import ConfigError
from components.probes.data import ProbeData, log_loss
from components.probes.linear import linear_layers
from components.probes.softmax_regression import Components, minimise, principal_components

LARGEST_BATCH = 2**25
"""Logits that are computed at once, of all problems together: 256 MB in float64."""


@dataclass(frozen=True)
class LogisticRegression:
    """Multinomial logistic regression with a squared penalty, trained to convergence (scikit-learn's objective).

    The sum of the weighted cross-entropies times C, plus half the squared weights. With two classes the weights of
    their difference are penalised, as scikit-learn does.

    Attributes:
        C: Inverse strength of the penalty, or several, of which the one with the lowest log loss in cross-validation
            inside the training photos is used. They are tried from strong penalties to weak ones, until the loss has
            risen twice in all problems at once.
        folds: Number of folds of that cross-validation.
        balance: "weights" weights the photos by inverse class frequency (scikit-learn's "balanced").
    """

    C: float | Sequence[float] = (1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4)
    folds: int = 5
    balance: Literal["none", "weights"] = "none"
    description: ClassVar[str] = "logistic regression"

    def __post_init__(self) -> None:
        if not self.strengths or min(self.strengths) <= 0:
            raise ConfigError(f"training.C={self.C}: expected a number above 0, or several")
        if self.folds < 2:
            raise ConfigError(f"training.folds={self.folds}: expected at least 2")

    @property
    def strengths(self) -> list[float]:
        """The values of C, in increasing order."""
        return sorted([self.C] if isinstance(self.C, int | float) else map(float, self.C))

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a linear layer for each problem.

        Args:
            data: Features, targets and weights of B problems.
            on_step: Called with the number of problems that are done, of `steps` for each.
        """
        used = (data.weights > 0).any(dim=0)
        data = replace(
            data, features=data.features[used], targets=data.targets[used], weights=data.weights[:, used],
            groups=data.groups[used.cpu().numpy()],
        )  # fmt: skip
        components = principal_components(data.features)
        chosen = torch.full((len(data),), self.strengths[0], dtype=data.features.dtype, device=data.features.device)
        if len(self.strengths) > 1:
            held_out = data.held_out(self.folds)
            for part in _parts(len(data), self.folds * data.targets.numel()):
                chosen[part] = self._choose(components, data, held_out, part, on_step)
        solutions = [
            _solve(components, data.targets, data.weights[part], chosen[part])
            for part in _parts(len(data), data.targets.numel())
        ]
        on_step(len(data))
        return linear_layers(*components.linear(torch.cat(solutions, dim=1)))

    @property
    def steps(self) -> int:
        """Number of steps of each problem that `fit` reports."""
        return 1 + (len(self.strengths) if len(self.strengths) > 1 else 0)

    def _choose(
        self, components: Components, data: ProbeData, held_out: Tensor, part: slice, on_step: Callable[[int], None]
    ) -> Tensor:
        """Return the C (b,) with the lowest log loss of the held-out photos, for the problems of a part."""
        of_part = replace(data, weights=data.weights[part], seeds=data.seeds[part])
        folds = of_part.without(held_out[part])
        tested = (of_part.weights[:, None] * held_out[part]).flatten(0, 1)
        count, losses, solution = len(of_part), [], None
        for strength in self.strengths:
            solution = _solve(
                components,
                data.targets,
                folds.weights,
                torch.full_like(tested[:, 0], strength),
                solution,
                tolerance=1e-5,
            )
            logits = torch.einsum("nr,rbc->nbc", components.coordinates, solution)
            sums = (log_loss(logits, data.targets, tested) * tested.sum(dim=1)).view(count, -1)
            losses.append(sums.nansum(dim=1))  # a fold without photos has no loss
            on_step(count)
            if len(losses) > 2 and bool((losses[-1] > losses[-2]).all() and (losses[-2] > losses[-3]).all()):
                on_step(count * (len(self.strengths) - len(losses)))  # weaker penalties are worse still
                break
        chosen = torch.stack(losses).argmin(dim=0)
        without_folds = ~held_out[part].flatten(1).any(dim=1)
        chosen[without_folds] = len(self.strengths) // 2  # one photo of each class: nothing to choose by
        return tested.new_tensor(self.strengths)[chosen]


def _solve(
    components: Components,
    targets: Tensor,
    weights: Tensor,
    strengths: Tensor,
    start: Tensor | None = None,
    tolerance: float = 1e-7,
) -> Tensor:
    """Return the solutions (r + 1, b, C) for weights (b, n) and values of C (b,)."""
    penalties = 1 / (strengths * weights.sum(dim=1))
    if targets.shape[1] == 2:  # the difference of the two weight vectors is penalised: w = w1 - w0, w1 = -w0
        penalties = 2 * penalties
    return minimise(components, targets, weights, penalties, start=start, tolerance=tolerance)


def _parts(count: int, elements: int) -> list[slice]:
    """Split a number of problems, with some elements each, into parts that fit into memory."""
    size = max(1, LARGEST_BATCH // max(1, elements))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
