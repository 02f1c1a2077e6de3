"""Where a photo looks as if it were taken, held against a claim: a hint beside the evidence, never a verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.geodesy import Floats


@dataclass(frozen=True)
class Plausibility:
    """How well n claims fit what their photos look like, beside other positions.

    Attributes:
        log_ratio: (n,) log of how much likelier the claimed position is than one of the gallery, on average; NaN where
            nothing is claimed or nobody was asked.
        percentile: (n,) share of the gallery's positions, 0 to 1, that fit the photo worse than the claimed one.
    """

    log_ratio: Floats
    percentile: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) of which claims something is known."""
        known: NDArray[np.bool_] = np.isfinite(self.percentile)
        return known


VisualPrior = Callable[[Sequence[Path], Floats, Floats], Plausibility]
"""What an option of the group `location/visual_prior` gives: from n files and the latitudes and longitudes (n,) claimed
for them, in degrees, how well these fit."""


def no_prior(files: Sequence[Path], latitude: Floats, longitude: Floats) -> Plausibility:
    """Nobody is asked what the photos look like: nothing is known."""
    del latitude, longitude
    return Plausibility(np.full(len(files), np.nan), np.full(len(files), np.nan))
