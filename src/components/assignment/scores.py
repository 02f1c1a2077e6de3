"""Choices with the cosine of every candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.assignment.choice import Choice
from components.results import PerItemMetrics

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoredChoices:
    """n choices with the cosines of their candidates.

    Attributes:
        choices: The choices.
        cosines: (n, m) float64, cosine of each candidate with its photo, in [-1, 1]. m is the largest number of
            candidates; shorter rows are padded with NaN.
    """

    choices: Sequence[Choice]
    cosines: Floats

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def best(self) -> NDArray[np.int64]:
        """(n,) index of the candidate with the highest cosine."""
        best: NDArray[np.int64] = np.nanargmax(self.cosines, axis=1)
        return best

    @property
    def margin(self) -> Floats:
        """(n,) difference between the highest and the second highest cosine."""
        ordered = np.sort(np.where(np.isnan(self.cosines), -np.inf, self.cosines), axis=1)
        margin: Floats = ordered[:, -1] - ordered[:, -2]
        return margin

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n,) whether the best candidate is the correct one; False where that is unknown."""
        right: NDArray[np.bool_] = self.best == self.truth
        return right

    @property
    def truth(self) -> NDArray[np.int64]:
        """(n,) index of the correct candidate, -1 where it is unknown."""
        return np.array([-1 if choice.right is None else choice.right for choice in self.choices], dtype=np.int64)

    def decided(self, threshold: float) -> NDArray[np.int64]:
        """Return (n,) the candidate taken: the best if its margin reaches `threshold`, else the old one, else -1."""
        old = np.array([-1 if choice.old is None else choice.old for choice in self.choices], dtype=np.int64)
        return np.where(self.margin >= threshold, self.best, old)

    def take(self, rows: NDArray[np.int64]) -> "ScoredChoices":
        """Return the choices at these rows."""
        return ScoredChoices([self.choices[row] for row in rows.tolist()], self.cosines[rows])

    def items(self) -> PerItemMetrics:
        """Compute accuracy and mrr of each choice. All choices must have a known correct candidate.

        mrr is 1 / rank of the correct candidate; candidates with the same cosine are ranked before it.
        """
        correct = self.cosines[np.arange(len(self)), self.truth]
        rank = (self.cosines >= correct[:, None]).sum(axis=1)
        ids = np.array([choice.id for choice in self.choices], dtype=object)
        return PerItemMetrics(ids, {"accuracy": (rank == 1).astype(np.float64), "mrr": 1 / rank})


def score_choices(
    choices: Sequence[Choice], photos: NDArray[np.float32], texts: Mapping[str, NDArray[np.float32]]
) -> ScoredChoices:
    """Compute the cosines of the candidates of each choice.

    Args:
        choices: n choices.
        photos: (n, d) unit vectors of the photos of the choices, in the same order.
        texts: Maps every candidate to its unit vector (d,).
    """
    width = max(len(choice.texts) for choice in choices)
    cosines = np.full((len(choices), width), np.nan)
    for row, choice in enumerate(choices):
        cosines[row, : len(choice.texts)] = np.stack([texts[text] for text in choice.texts]) @ photos[row]
    return ScoredChoices(choices, cosines.clip(-1, 1))
