"""The object at the centre of a scene."""

from dataclasses import dataclass

from components.waypoints.backdrop import Patch
from components.waypoints.solids import Model

Traits = dict[str, str]
"""Traits of an object; the values are keys of `vocabulary.WORDS`. Image and texts are made from the same traits."""


@dataclass(frozen=True)
class Site:
    """A built object at the origin, facing -y.

    Attributes:
        models: The object and its parts.
        height: Height in metres that the image should show.
        width: Width in metres that the image should show.
        clear: Radius in metres around the object that is kept free.
        swing: Largest angle in radians between the front and the camera.
        patches: Ground that belongs to the object.
        eye: Lowest and highest height of the camera, in metres.
    """

    models: list[Model]
    height: float
    width: float
    clear: float
    swing: float = 0.8
    patches: tuple[Patch, ...] = ()
    eye: tuple[float, float] = (1.35, 1.8)
