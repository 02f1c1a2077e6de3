"""How well each candidate fits its photo, and what that comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.assignment.choice import Choice
from components.results import PerItemMetrics

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assigned:
    """n choices with their scores; the candidates of choice i stand at i, padded to the longest with NaN.

    Attributes:
        choices: What was to be decided.
        cosines: (n, most) float64, of each candidate with its photo, in [-1, 1].
    """

    choices: Sequence[Choice]
    cosines: Floats

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def best(self) -> NDArray[np.int64]:
        """(n,) the candidate of the highest cosine."""
        found: NDArray[np.int64] = np.nanargmax(self.cosines, axis=1)
        return found

    @property
    def margin(self) -> Floats:
        """(n,) how far the best candidate is ahead of the second, in cosine."""
        ordered = np.sort(np.where(np.isnan(self.cosines), -np.inf, self.cosines), axis=1)
        ahead: Floats = ordered[:, -1] - ordered[:, -2]
        return ahead

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n,) whether the best candidate is the right one; all choices must have one."""
        hit: NDArray[np.bool_] = self.best == self.truth
        return hit

    @property
    def truth(self) -> NDArray[np.int64]:
        """(n,) the right candidate, -1 where nobody knows it."""
        return np.array([-1 if one.right is None else one.right for one in self.choices], dtype=np.int64)

    def decided(self, threshold: float) -> NDArray[np.int64]:
        """(n,) the candidate that is taken: the best with a margin of `threshold`, else the old one, else none (-1)."""
        old = np.array([-1 if one.old is None else one.old for one in self.choices], dtype=np.int64)
        return np.where(self.margin >= threshold, self.best, old)

    def take(self, rows: NDArray[np.int64]) -> "Assigned":
        """These choices only."""
        return Assigned([self.choices[row] for row in rows.tolist()], self.cosines[rows])

    def items(self) -> PerItemMetrics:
        """Accuracy and mrr (one over the rank of the right candidate, behind those of equal cosine) of each choice."""
        own = self.cosines[np.arange(len(self)), self.truth]
        rank = (self.cosines >= own[:, None]).sum(axis=1)
        ids = np.array([one.id for one in self.choices], dtype=object)
        return PerItemMetrics(ids, {"accuracy": (rank == 1).astype(np.float64), "mrr": 1 / rank})


def assigned(choices: Sequence[Choice], photos: NDArray[np.float32], texts: dict[str, NDArray[np.float32]]) -> Assigned:
    """Score the candidates of each choice.

    Args:
        choices: What is to be decided.
        photos: (n, d) unit vectors of the photos of the choices, in their order.
        texts: Unit vector (d,) of every candidate.
    """
    most = max(len(one.texts) for one in choices)
    cosines = np.full((len(choices), most), np.nan)
    for row, one in enumerate(choices):
        cosines[row, : len(one.texts)] = np.stack([texts[text] for text in one.texts]) @ photos[row]
    return Assigned(choices, cosines.clip(-1, 1))
