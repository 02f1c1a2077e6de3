"""What a kind of object hands to the scene."""

from dataclasses import dataclass

from components.waypoints.backdrop import Patch
from components.waypoints.solids import Model

Traits = dict[str, str]
"""What an object is like, in keys of `vocabulary.WORDS`: its drawing and its texts are made from the same traits."""


@dataclass(frozen=True)
class Site:
    """An object ready to be photographed, at the origin, its front towards -y.

    Attributes:
        models: The object and what belongs to it.
        height: Metres, of what the picture should show.
        width: Metres, likewise.
        clear: Radius in metres in which nothing else stands.
        swing: Largest angle in radians by which a camera leaves the front.
        eye: Lowest and highest that a camera is held for it, in metres.
        patches: Ground that belongs to it.
    """

    models: list[Model]
    height: float
    width: float
    clear: float
    swing: float = 0.8
    patches: tuple[Patch, ...] = ()
    eye: tuple[float, float] = (1.35, 1.8)
