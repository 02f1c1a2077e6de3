"""What a check of coordinates is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from components.location.displacement import Displaced
from components.location.plausibility import VisualPrior, no_prior
from components.location.position_check import PositionCheck


@dataclass(frozen=True)
class Location:
    """How claimed coordinates are checked.

    Attributes:
        check: Holds a claim against the positions of photos.
        spacing: The rule of a game: from latitudes (n,), longitudes (n,) and the points that exist, which of these
            bar each position (`closer_than`, `same_cell`, `free`).
        displacement: Moves some claims on purpose, to measure how many of them are found (`displace`), or none
            (`unmoved`).
        visual_prior: Says how well claims fit what the photos look like (`geoclip`), or asks nobody (`no_prior`).
    """

    check: PositionCheck
    spacing: Callable[..., Any]
    displacement: Callable[..., Displaced]
    visual_prior: VisualPrior = no_prior
