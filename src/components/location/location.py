"""The settings of coordinate checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from components.location.displacement import Displaced
from components.location.plausibility import VisualPrior, no_prior
from components.location.position_check import PositionCheck


@dataclass(frozen=True)
class Location:
    """Components of the check of claimed coordinates.

    Attributes:
        check: Compares a claim with the positions of photos.
        spacing: Spacing rule of a game: returns, for each of n positions, the existing points that are too close to it
            (`closer_than`, `same_cell`, `no_spacing_rule`).
        displacement: Displaces some claims, to measure how many of them are detected (`displace`), or none
            (`no_displacement`).
        visual_prior: Estimates how well claims fit the appearance of the photos (`GeoClip`), or nothing (`no_prior`).
    """

    check: PositionCheck
    spacing: Callable[..., Any]
    displacement: Callable[..., Displaced]
    visual_prior: VisualPrior = no_prior
