"""The result of the task `match`, from which its tables, figures and pages are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.matching import Evidence, Pairs
from experiments.tasks.search_output import distance_text


@dataclass(frozen=True)
class MatchResult:
    """Pairs and groups of photos.

    Attributes:
        photos: n photos.
        pairs: m candidate pairs of them.
        scores: (m,) scores by name.
        same: (m,) whether the photos show the same object.
        probability: (m,) cross-fitted probability of the same object.
        ranking_score: (m,) score by which pairs are ranked.
        decided: (m,) whether the pair is taken to show the same object.
        group: (n,) number of the photo's group.
    """

    photos: Manifest
    pairs: Pairs
    scores: Evidence
    same: NDArray[np.bool_]
    probability: NDArray[np.float64]
    ranking_score: NDArray[np.float64]
    decided: NDArray[np.bool_]
    group: NDArray[np.int64]

    def score_text(self, pair: int) -> str:
        """Return the scores of a pair as text, such as "cosine 0.91 · 12 inliers"."""
        parts = []
        for name, column in self.scores.items():
            value = float(column[pair])
            if name == "cosine":
                parts.append(f"cosine {value:.2f}")
            elif name == "csls":
                parts.append(f"CSLS {value:.2f}")
            elif name == "differing_bits":
                parts.append(f"{value:.0f} of 64 bits differ")
            elif name == "inliers":
                parts.append(f"{value:.0f} inliers")
            elif name == "metres":
                parts.append(distance_text(value) or "no coordinates")
        return " · ".join(parts)
