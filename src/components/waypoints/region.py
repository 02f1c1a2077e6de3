"""What is recorded about a region of Spain."""

from dataclasses import dataclass

from components.waypoints.light import WEATHERS
from components.waypoints.solids import Colour


@dataclass(frozen=True)
class Town:
    """A town and its centre in degrees (WGS 84)."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Region:
    """Towns, landscape, weather, buildings and style of way marking of a region.

    Attributes:
        name: Name, the `group` in the manifest.
        towns: Towns near which the objects are.
        names: Streets, streams, parks and hills that the texts mention.
        species: Tree species.
        dry: Probability of dry grass.
        rural: Factor on the probability of trails, woods and meadows.
        weather: Probability of each of `light.WEATHERS`.
        tint: Factor per colour channel of the ground.
        hills: Height of the hills above the horizon, as a tangent.
        hill_colour: Colour of the hills.
        building: Style of the houses, one of `buildings.STYLES`.
        waymarks: Styles of Camino way markers, from `way_markers.STYLES`; repeated ones are more frequent.
        boards: Styles of information boards, from `boards.STYLES`.
        trails: Colours of trail markers, from `trail_markers.PAINTS`.
        play: Palettes of playgrounds, from `playgrounds.PALETTES`.
    """

    name: str
    towns: tuple[Town, ...]
    names: tuple[str, ...]
    species: tuple[str, ...]
    dry: float
    rural: float
    weather: tuple[float, ...]
    tint: tuple[float, float, float]
    hills: float
    hill_colour: Colour
    building: str
    waymarks: tuple[str, ...]
    boards: tuple[str, ...]
    trails: tuple[str, ...]
    play: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.weather) != len(WEATHERS):
            raise ValueError(
                f"region {self.name}: expected {len(WEATHERS)} weather probabilities, got {len(self.weather)}"
            )
