"""What a probe is fitted to: features, targets, and the weights of the rows in each of several problems."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from warnings import catch_warnings, simplefilter

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold
from torch import Tensor


@dataclass(frozen=True)
class ProbeData:
    """B problems that share their features: replicates and folds differ only in the weights of the rows.

    Attributes:
        features: (n, F) float64.
        targets: (n, C) float64 distributions over the classes.
        weights: (B, n) float64 weight of each row in each problem; 0 for rows that the problem does not train on.
        groups: (n,) rows of one group stay together in cross-validation: copies of a photo, photos of one object.
        seeds: B seeds of the folds of cross-validation.
    """

    features: Tensor
    targets: Tensor
    weights: Tensor
    groups: NDArray[np.int64]
    seeds: Sequence[int]

    def __len__(self) -> int:
        return len(self.weights)

    def problem(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return features (m, F), targets (m, C) and weights (m,) of the rows that a problem trains on."""
        rows = self.weights[index] > 0
        return self.features[rows], self.targets[rows], self.weights[index, rows]

    def each(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield `problem` of each problem."""
        return (self.problem(index) for index in range(len(self)))

    def held_out(self, folds: int) -> Tensor:
        """Return (B, K, n) whether a row of a problem is held out in each of its folds.

        The folds are stratified by the most probable class and keep groups together. There are at most as many as a
        problem has groups, and photos of its largest class; where that is one, nothing is held out.
        """
        strata = self.targets.argmax(dim=1).cpu().numpy()
        result = np.zeros((len(self), folds, len(strata)), dtype=bool)
        for index, seed in enumerate(self.seeds):
            rows = np.flatnonzero(self.weights[index].cpu().numpy() > 0)
            largest = int(np.bincount(strata[rows]).max())
            count = min(folds, len(set(self.groups[rows].tolist())), largest)
            if count < 2:
                continue
            splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
            with catch_warnings():
                simplefilter("ignore", UserWarning)  # a class with fewer photos than folds is in some of them only
                for fold, (_, test) in enumerate(splitter.split(rows, strata[rows], self.groups[rows])):
                    result[index, fold, rows[test]] = True
        return torch.from_numpy(result).to(self.weights.device)

    def without(self, held_out: Tensor) -> "ProbeData":
        """Return the B x K problems that train without the rows held out (B, K, n) in each fold."""
        weights = self.weights[:, None] * ~held_out
        return replace(
            self, weights=weights.flatten(0, 1), seeds=[s for s in self.seeds for _ in range(held_out.shape[1])]
        )


def log_loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Return the mean cross-entropy (B,) of logits (n, B, C) with targets (n, C), over rows with weights (B, n)."""
    losses = torch.logsumexp(logits, dim=2) - (targets[:, None] * logits).sum(dim=2)
    return (losses * weights.T).sum(dim=0) / weights.sum(dim=1)
