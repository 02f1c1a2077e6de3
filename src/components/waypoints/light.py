"""Light and weather of one photo: sun, colours of the sky, fog and rain, from its date, hour and weather."""

import math
from dataclasses import dataclass

import numpy as np

from components.waypoints.camera import Vector
from components.waypoints.solids import Colour

WEATHERS = ("clear", "hazy", "cloudy", "overcast", "fog", "rain")


@dataclass(frozen=True)
class Light:
    """The light of a scene.

    Attributes:
        sun: (3,) unit vector towards the sun; towards the zenith if clouds hide the sun.
        direct: (3,) strength of the sunlight per colour channel.
        ambient: (3,) strength of the light of the sky per colour channel.
        shadow: Share of the light that a shadow on the ground removes, 0 to 1.
        dapple: Share of the ground in the shade of leaves outside the image, 0 to 1.
        soft: Blur of shadows in pixels, for an image of 480 pixels.
        zenith: Colour of the sky at the zenith.
        horizon: Colour of the sky at the horizon and of the haze.
        haze: Distance in metres at which 63 % (1 - 1/e) of a colour is haze.
        clouds: Cloud cover, 0 to 1.
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
        """Return the (3,) factor of the colour of a surface with this unit normal."""
        lit: Vector = self.on_all(normal[None])[0]
        return lit

    def on_all(self, normals: Vector) -> Vector:
        """Return (n, 3) factors for n unit normals; the ground reflects some sunlight onto surfaces that face it."""
        facing = np.maximum(0.0, normals @ self.sun)[:, None]
        back = (0.16 + 0.10 * np.maximum(0.0, 1.0 - facing)) * max(0.3, float(self.sun[2]))
        lit: Vector = self.ambient * (0.84 + 0.16 * normals[:, 2:]) + self.direct * (
            facing + back * (1.0 - normals[:, 2:]) / 2
        )
        return lit

    def through_haze(self, colour: Vector, distance: float) -> Vector:
        """Return the apparent colour at a distance in metres."""
        share = 1.0 - math.exp(-distance / self.haze)
        seen: Vector = colour * (1.0 - share) + np.array(self.horizon) * share
        return seen


def _warmth(height: float) -> Vector:
    """Return the colour of the sun at a height in radians: reddish when it is low."""
    low = max(0.0, 1.0 - height / 0.7)
    return np.array([1.0 + 0.10 * low, 1.0 - 0.08 * low, 1.0 - 0.38 * low])


def light_for(weather: str, month: int, hour: float, front: float, random: np.random.Generator) -> Light:
    """Return the light at a date and hour.

    Args:
        weather: One of `WEATHERS`.
        month: 1 to 12.
        hour: Local solar hour, 7 to 20.
        front: Compass bearing in radians of the front of the object; decides the direction of the sun relative to it.
        random: Generator of colours, clouds and the strength of fog and rain.

    Raises:
        KeyError: `weather` is unknown.
    """
    noon_height = math.radians(49.0 + 23.0 * math.cos((month - 6.5) * math.pi / 6))
    day = 12.0 + 3.0 * math.cos((month - 6.5) * math.pi / 6)
    height = max(0.12, noon_height * math.cos(max(-1.0, min(1.0, (hour - 13.0) / day)) * math.pi / 2))
    bearing = math.pi + (hour - 13.0) * math.radians(15.0)
    turn = bearing - front
    # The front of the object faces -y, so a sun at the bearing of the front is towards -y.
    sun = np.array([-math.sin(turn) * math.cos(height), -math.cos(turn) * math.cos(height), math.sin(height)])
    warm = _warmth(height)
    strength = 0.75 + 0.25 * min(1.0, height / 0.6)
    blue: Colour = (86 + random.uniform(-14, 14), 138 + random.uniform(-12, 12), 205 + random.uniform(-12, 12))
    pale: Colour = (196 + random.uniform(-10, 14), 212 + random.uniform(-10, 10), 226 + random.uniform(-8, 10))
    if height < 0.3:
        pale = (232.0, 200 + random.uniform(-16, 10), 170 + random.uniform(-20, 20))
    zenith = np.array([0.0, 0.0, 1.0])
    dapple = random.uniform(0.2, 0.75) if random.random() < 0.3 else 0.0
    match weather:
        case "clear":
            return Light(
                sun=sun,
                direct=0.72 * strength * warm,
                ambient=np.array([0.46, 0.49, 0.54]),
                shadow=0.55,
                dapple=dapple,
                soft=1.0,
                zenith=blue,
                horizon=pale,
                haze=900.0,
                clouds=random.uniform(0.0, 0.2),
                rain=0.0,
            )
        case "hazy":
            grey: Colour = (206.0, 211.0, 214.0)
            return Light(
                sun=sun,
                direct=0.5 * strength * warm,
                ambient=np.array([0.56, 0.57, 0.58]),
                shadow=0.36,
                dapple=dapple,
                soft=2.0,
                zenith=(158, 182, 208),
                horizon=grey,
                haze=220.0,
                clouds=random.uniform(0.2, 0.6),
                rain=0.0,
            )
        case "cloudy":
            return Light(
                sun=sun,
                direct=0.58 * strength * warm,
                ambient=np.array([0.50, 0.52, 0.56]),
                shadow=0.45,
                dapple=dapple,
                soft=1.4,
                zenith=blue,
                horizon=pale,
                haze=700.0,
                clouds=random.uniform(0.4, 0.75),
                rain=0.0,
            )
        case "fog":
            white: Colour = (200 + random.uniform(-18, 22),) * 3
            return Light(
                sun=zenith,
                direct=np.full(3, 0.12),
                ambient=np.full(3, 0.78),
                shadow=0.16,
                dapple=0.0,
                soft=7.0,
                zenith=white,
                horizon=white,
                haze=random.uniform(12.0, 40.0),
                clouds=1.0,
                rain=0.0,
            )
        case "rain":
            grey_level = random.uniform(122, 158)
            dark: Colour = (grey_level - 4, grey_level + random.uniform(-3, 3), grey_level + random.uniform(0, 10))
            return Light(
                sun=zenith,
                direct=np.full(3, 0.14),
                ambient=np.array([0.58, 0.61, 0.65]),
                shadow=0.22,
                dapple=0.0,
                soft=6.0,
                zenith=dark,
                horizon=dark,
                haze=130.0,
                clouds=1.0,
                rain=random.uniform(0.3, 1.0),
            )
        case "overcast":
            grey_level = random.uniform(160, 200)
            top: Colour = (grey_level, grey_level + random.uniform(2, 8), grey_level + random.uniform(6, 20))
            low: Colour = (grey_level + 26, grey_level + 28, grey_level + random.uniform(24, 34))
            return Light(
                sun=zenith,
                direct=np.full(3, 0.2),
                ambient=np.array([0.66, 0.68, 0.71]),
                shadow=0.26,
                dapple=0.0,
                soft=5.0,
                zenith=top,
                horizon=low,
                haze=450.0,
                clouds=1.0,
                rain=0.0,
            )
        case _:
            raise KeyError(f"unknown weather {weather!r}: expected one of {', '.join(WEATHERS)}")
