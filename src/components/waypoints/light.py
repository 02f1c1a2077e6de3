"""Light and weather of one photo: the sun, the sky's colours, fog and rain, from its date, hour and weather."""

import math
from dataclasses import dataclass

import numpy as np

from components.waypoints.camera import Vector
from components.waypoints.solids import Colour

WEATHERS = ("clear", "hazy", "cloudy", "overcast", "fog", "rain")


@dataclass(frozen=True)
class Light:
    """How a scene is lit.

    Attributes:
        sun: (3,) unit vector towards the sun (towards the zenith where clouds hide it).
        direct: (3,) strength of the sun by colour channel.
        ambient: (3,) strength of the sky's light.
        shadow: How much of the light a shadow on the ground takes, 0 to 1.
        dapple: Share of the ground that lies in the shade of leaves outside the picture, 0 to 1.
        soft: Blur of shadows in pixels at 480 pixels a picture.
        zenith: The sky's colour above.
        horizon: The sky's colour at the horizon, also that of the haze.
        haze: Distance in metres at which 63 % of a colour has become haze.
        clouds: Share of the sky under clouds, 0 to 1.
        rain: Strength of the rain, 0 to 1.
    """

    sun: Vector
    direct: Vector
    ambient: Vector
    shadow: float
    dapple: float
    soft: float
    zenith: Colour
    horizon: Colour
    haze: float
    clouds: float
    rain: float

    def on(self, normal: Vector) -> Vector:
        """(3,) factor for the colour of a surface with this unit normal."""
        lit: Vector = self.on_all(normal[None])[0]
        return lit

    def on_all(self, normals: Vector) -> Vector:
        """(n, 3) factors of n unit normals; the ground throws some of the sun's light back at what faces it."""
        facing = np.maximum(0.0, normals @ self.sun)[:, None]
        back = (0.16 + 0.10 * np.maximum(0.0, 1.0 - facing)) * max(0.3, float(self.sun[2]))
        lit: Vector = self.ambient * (0.84 + 0.16 * normals[:, 2:]) + self.direct * (
            facing + back * (1.0 - normals[:, 2:]) / 2
        )
        return lit

    def through_haze(self, colour: Vector, distance: float) -> Vector:
        """A colour as it looks from `distance` metres away."""
        share = 1.0 - math.exp(-distance / self.haze)
        seen: Vector = colour * (1.0 - share) + np.array(self.horizon) * share
        return seen


def _warmth(height: float) -> Vector:
    """The sun's colour by its height in radians: reddish when low."""
    low = max(0.0, 1.0 - height / 0.7)
    return np.array([1.0 + 0.10 * low, 1.0 - 0.08 * low, 1.0 - 0.38 * low])


def light_of(weather: str, month: int, hour: float, front: float, random: np.random.Generator) -> Light:
    """The light of a visit.

    Args:
        weather: One of `WEATHERS`.
        month: 1 to 12.
        hour: Local solar hour, 7 to 20.
        front: Compass bearing in radians that the object's front looks to; it says from which side the sun comes.
        random: For what the above does not settle.
    """
    noon_height = math.radians(49.0 + 23.0 * math.cos((month - 6.5) * math.pi / 6))
    day = 12.0 + 3.0 * math.cos((month - 6.5) * math.pi / 6)
    height = max(0.12, noon_height * math.cos(max(-1.0, min(1.0, (hour - 13.0) / day)) * math.pi / 2))
    bearing = math.pi + (hour - 13.0) * math.radians(15.0)
    turn = bearing - front
    # The object's front looks to -y, so a sun at the front's bearing stands towards -y.
    sun = np.array([-math.sin(turn) * math.cos(height), -math.cos(turn) * math.cos(height), math.sin(height)])
    warm = _warmth(height)
    strength = 0.75 + 0.25 * min(1.0, height / 0.6)
    blue: Colour = (86 + random.uniform(-14, 14), 138 + random.uniform(-12, 12), 205 + random.uniform(-12, 12))
    pale: Colour = (196 + random.uniform(-10, 14), 212 + random.uniform(-10, 10), 226 + random.uniform(-8, 10))
    if height < 0.3:
        pale = (232.0, 200 + random.uniform(-16, 10), 170 + random.uniform(-20, 20))
    zenith = np.array([0.0, 0.0, 1.0])
    leafy = random.uniform(0.2, 0.75) if random.random() < 0.3 else 0.0
    match weather:
        case "clear":
            return Light(
                sun,
                0.72 * strength * warm,
                np.array([0.46, 0.49, 0.54]),
                0.55,
                leafy,
                1.0,
                blue,
                pale,
                900.0,
                random.uniform(0.0, 0.2),
                0.0,
            )
        case "hazy":
            grey: Colour = (206.0, 211.0, 214.0)
            return Light(
                sun,
                0.5 * strength * warm,
                np.array([0.56, 0.57, 0.58]),
                0.36,
                leafy,
                2.0,
                (158, 182, 208),
                grey,
                220.0,
                random.uniform(0.2, 0.6),
                0.0,
            )
        case "cloudy":
            return Light(
                sun,
                0.58 * strength * warm,
                np.array([0.50, 0.52, 0.56]),
                0.45,
                leafy,
                1.4,
                blue,
                pale,
                700.0,
                random.uniform(0.4, 0.75),
                0.0,
            )
        case "fog":
            white: Colour = (200 + random.uniform(-18, 22),) * 3
            return Light(
                zenith,
                np.full(3, 0.12),
                np.full(3, 0.78),
                0.16,
                0.0,
                7.0,
                white,
                white,
                random.uniform(12.0, 40.0),
                1.0,
                0.0,
            )
        case "rain":
            grey_level = random.uniform(122, 158)
            dark: Colour = (grey_level - 4, grey_level + random.uniform(-3, 3), grey_level + random.uniform(0, 10))
            return Light(
                zenith,
                np.full(3, 0.14),
                np.array([0.58, 0.61, 0.65]),
                0.22,
                0.0,
                6.0,
                dark,
                dark,
                130.0,
                1.0,
                random.uniform(0.3, 1.0),
            )
        case "overcast":
            grey_level = random.uniform(160, 200)
            top: Colour = (grey_level, grey_level + random.uniform(2, 8), grey_level + random.uniform(6, 20))
            low: Colour = (grey_level + 26, grey_level + 28, grey_level + random.uniform(24, 34))
            return Light(
                zenith, np.full(3, 0.2), np.array([0.66, 0.68, 0.71]), 0.26, 0.0, 5.0, top, low, 450.0, 1.0, 0.0
            )
        case _:
            raise KeyError(f"no weather is called {weather!r}; there are {', '.join(WEATHERS)}")
