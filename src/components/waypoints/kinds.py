"""The ten kinds of objects: class label, how traits are drawn and how the object is built."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from components.waypoints import (
    boards,
    churches,
    courts,
    murals,
    playgrounds,
    sculptures,
    trail_markers,
    water,
    way_markers,
)
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    Attributes:
        label: Class label in the manifest.
        traits: Draws the traits of an object in a region.
        build: Builds the object described by its traits.
    """

    label: str
    traits: Callable[[Region, np.random.Generator], Traits]
    build: Callable[[Traits, np.random.Generator], Site]


KINDS: dict[str, Kind] = {
    "camino_santiago": Kind("camino_santiago", way_markers.traits, way_markers.build),
    "cartel": Kind("cartel", boards.traits, boards.build),
    "marcador": Kind("marcador", trail_markers.traits, trail_markers.build),
    "parque": Kind("parque", playgrounds.traits, playgrounds.build),
    "mural": Kind("resto", murals.traits, murals.build),
    "fountain": Kind("resto", water.fountain_traits, water.fountain),
    "pool": Kind("resto", water.pool_traits, water.pool),
    "church": Kind("resto", churches.traits, churches.build),
    "sculpture": Kind("resto", sculptures.traits, sculptures.build),
    "court": Kind("resto", courts.traits, courts.build),
}
CLASSES = ("camino_santiago", "cartel", "marcador", "parque", "resto")
