"""Plausibility of claimed positions given the appearance of the photos: reported, but not used in verdicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.geodesy import Floats


@dataclass(frozen=True)
class Plausibility:
    """How well n claimed positions fit the appearance of their photos, compared with a gallery of other positions.

    Attributes:
        log_ratio: (n,) log of the likelihood of the claimed position divided by the mean likelihood of the gallery's
            positions; NaN without a claim or without a visual prior.
        percentile: (n,) share of the gallery's positions, 0 to 1, that fit the photo worse than the claimed one; NaN as
            in `log_ratio`.
    """

    log_ratio: Floats
    percentile: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether there is a result for each claim."""
        known: NDArray[np.bool_] = np.isfinite(self.percentile)
        return known


VisualPrior = Callable[[Sequence[Path], Floats, Floats], Plausibility]
"""Interface of the options of `location/visual_prior`: maps n files and their claimed latitudes and longitudes (n,), in
degrees, to the plausibility of the claims."""


def no_prior(files: Sequence[Path], latitude: Floats, longitude: Floats) -> Plausibility:
    """Return NaN for every claim: there is no visual prior."""
    del latitude, longitude
    return Plausibility(np.full(len(files), np.nan), np.full(len(files), np.nan))
