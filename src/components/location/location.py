"""What a check of coordinates is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from components.location.displacement import Displaced
from components.location.plausibility import Looks, unasked
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
        looks: Says how well claims fit what the photos look like (`geoclip`), or asks nobody (`unasked`).
    """

    check: PositionCheck
    spacing: Callable[..., Any]
    displacement: Callable[..., Displaced]
    looks: Looks = unasked
