"""Sky, horizon and ground: the background of a rendered image, computed per pixel."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.waypoints import surfaces
from components.waypoints.camera import Camera
from components.waypoints.light import Light
from components.waypoints.settings import GROUNDS
from components.waypoints.solids import Colour

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Patch:
    """A rectangular or elliptic area of ground with its own surface.

    Attributes:
        x: Centre, metres to the right of the object.
        y: Centre, metres behind the object.
        half_width: Half of the extent along x before rotation, in metres.
        half_depth: Half of the extent along y before rotation, in metres.
        ground: Key of `settings.GROUNDS`.
        angle: Rotation about the centre, in radians.
        round: Ellipse if true, else rectangle.
        edge: Width in metres of the transition at the edge.
        tint: Factor per colour channel; None leaves the colour of the ground.
    """

    x: float
    y: float
    half_width: float
    half_depth: float
    ground: str
    angle: float = 0.0
    round: bool = False
    edge: float = 0.12
    tint: Colour | None = None


@dataclass(frozen=True)
class Land:
    """Ground and horizon around an object.

    Attributes:
        base: Key of `settings.GROUNDS`, the surface outside all patches.
        patches: Areas with another surface, later ones over earlier ones.
        tint: Factor per colour channel of the base ground.
        hill_colour: Colour of the hills.
        hill_height: Height of the hills above the horizon, as a tangent.
        wood_colour: Colour of the distant woods.
        wood_height: Height of the distant woods above the horizon, as a tangent.
        seed: Seed of both skylines.
    """

    base: str
    patches: tuple[Patch, ...]
    tint: tuple[float, float, float]
    hill_colour: Colour
    hill_height: float
    wood_colour: Colour
    wood_height: float
    seed: int


def _sample(name: str, x: Pixels, y: Pixels, scale: float) -> Pixels:
    """Return the texture factors of a surface at points in metres, with its tile enlarged by `scale`."""
    per_metre = surfaces.SIDE / (surfaces.metres(name) * scale)
    tile = surfaces.factor(name).ravel()
    column = np.floor(x * np.float32(per_metre)).astype(np.int32) & (surfaces.SIDE - 1)
    row = np.floor(y * np.float32(per_metre)).astype(np.int32) & (surfaces.SIDE - 1)
    factors: Pixels = tile[row * surfaces.SIDE + column]
    return factors


def _textured(ground: str, x: Pixels, y: Pixels, distance: Pixels, tint: Colour) -> Pixels:
    """Return (n, 3) colours of one kind of ground; its texture fades with distance."""
    grain, colour = GROUNDS[ground]
    fine = np.exp(-distance / np.float32(9.0 if grain in ("paving", "ashlar") else 5.5))
    value = 1 + (_sample(grain, x, y, 1.0) - 1) * fine
    value *= 1 + (_sample(grain, x, y, 4.3) - 1) * np.exp(-distance / np.float32(26.0)) * np.float32(0.7)
    value *= _sample("blotch", x, y, 1.0)
    shade: Pixels = (np.array(colour) * np.array(tint)).astype(np.float32)
    colours: Pixels = value[:, None] * shade
    return colours


def _coverage(patch: Patch, x: Pixels, y: Pixels) -> Pixels:
    """Return the coverage of a patch at each point, 0 to 1, with a soft and uneven edge."""
    cos, sin = np.float32(math.cos(patch.angle)), np.float32(math.sin(patch.angle))
    along = (x - np.float32(patch.x)) * cos + (y - np.float32(patch.y)) * sin
    across = (y - np.float32(patch.y)) * cos - (x - np.float32(patch.x)) * sin
    if patch.round:
        radius = np.hypot(along / np.float32(patch.half_width), across / np.float32(patch.half_depth))
        past = (radius - 1) * np.float32(min(patch.half_width, patch.half_depth))
    else:
        past = np.maximum(np.abs(along) - np.float32(patch.half_width), np.abs(across) - np.float32(patch.half_depth))
    if patch.edge > 0.05:
        past = past + (_sample("blotch", x, y, 0.12) - 1) * np.float32(patch.edge * 4)
    share: Pixels = np.clip(0.5 - past / np.float32(max(patch.edge, 0.015)), 0, 1)
    return share


def _ground(camera: Camera, light: Light, land: Land, rays: Pixels, shadow: Pixels) -> Pixels:
    """Return (n, 3) colours of the ground at the points where n rays meet it."""
    reach = np.float32(-camera.position[2]) / rays[:, 2]
    x = rays[:, 0] * reach + np.float32(camera.position[0])
    y = rays[:, 1] * reach + np.float32(camera.position[1])
    distance = np.minimum(reach, np.float32(400.0))
    colours = _textured(land.base, x, y, distance, land.tint)
    for patch in land.patches:
        share = _coverage(patch, x, y)
        covered = np.flatnonzero(share > 0)
        if len(covered):
            tint = patch.tint or (1.0, 1.0, 1.0)
            over = _textured(patch.ground, x[covered], y[covered], distance[covered], tint)
            part = share[covered, None]
            colours[covered] = colours[covered] * (1 - part) + over * part
    if light.dapple:
        leafy = np.clip((_sample("soil", x, y, 1.6) - np.float32(1.13 - 0.26 * light.dapple)) * 9, 0, 1)
        shadow = np.maximum(shadow, leafy * np.float32(0.8))
    strength = (light.ambient + light.direct * float(light.sun[2])).astype(np.float32)
    colours *= strength * (1 - np.float32(light.shadow) * shadow[:, None])
    if light.rain:
        wet = np.float32(0.25 * light.rain) * np.exp(-3.0 / np.maximum(distance, 0.5))[:, None]
        colours = colours * (1 - wet) * np.float32(0.9) + np.array(light.horizon, dtype=np.float32) * wet
    haze = (1 - np.exp(-distance / np.float32(light.haze)))[:, None]
    mixed: Pixels = colours * (1 - haze) + np.array(light.horizon, dtype=np.float32) * haze
    return mixed


def _ridge(azimuth: Pixels, seed: int, rough: float) -> Pixels:
    """Return the height of a skyline, 0 to about 1, at each azimuth."""
    random = np.random.default_rng([seed, 5])
    height = np.zeros_like(azimuth)
    for octave in range(7):
        waves = 2.0 + 1.9**octave * rough
        height += np.float32(0.6**octave) * np.sin(azimuth * np.float32(waves) + np.float32(random.uniform(0, 6.28)))
    ridge: Pixels = np.clip(0.55 + 0.22 * height, 0.05, 1.4)
    return ridge


def _sky(light: Light, land: Land, rays: Pixels, cloud_offset: tuple[float, float]) -> Pixels:
    """Return (n, 3) colours of sky, hills and distant woods along n upward rays."""
    flat = np.hypot(rays[:, 0], rays[:, 1])
    rise: Pixels = np.maximum(rays[:, 2] / flat, np.float32(0))
    part = np.clip(rise / np.float32(0.75), 0, 1)[:, None] ** np.float32(0.6)
    horizon, zenith = np.array(light.horizon, dtype=np.float32), np.array(light.zenith, dtype=np.float32)
    colours: Pixels = horizon * (1 - part) + zenith * part
    if light.clouds > 0.02:
        height: Pixels = np.maximum(rise, np.float32(0.03)) + np.float32(0.08)
        across = (rays[:, 0] / flat / height + cloud_offset[0]).astype(np.float32)
        along = (rays[:, 1] / flat / height + cloud_offset[1]).astype(np.float32)
        field = _sample("cloud", across, along, 2.2) + np.float32(0.35) * (_sample("cloud", across, along, 0.6) - 1)
        cover = np.clip((field - np.float32(1.32 - 0.62 * light.clouds)) * 5, 0, 1)[:, None] * np.clip(
            rise[:, None] * 9, 0, 1
        )
        white = np.float32(1.0) if light.clouds < 0.9 else np.float32(0.94)
        bright = np.minimum(horizon * white + np.float32(18 if light.clouds < 0.9 else -14), 252)
        colours = colours * (1 - cover * np.float32(0.85)) + bright * cover * np.float32(0.85)
    azimuth: Pixels = np.arctan2(rays[:, 0], rays[:, 1])
    forty = np.float32(40)
    strength = light.ambient + 0.5 * light.direct
    for colour, height_of, rough, distance, salt in (
        (land.hill_colour, land.hill_height, 1.0, 420.0, 0),
        (land.wood_colour, land.wood_height, 7.0, 95.0, 1),
    ):
        if height_of <= 0:
            continue
        top = np.float32(height_of) * _ridge(azimuth, land.seed + salt, rough)
        under = np.flatnonzero(rise < top)
        if len(under):
            seen = light.through_haze(np.array(colour) * strength, distance).astype(np.float32)
            grain = _sample("blotch", azimuth[under] * forty, rise[under] * forty, 0.35 if rough > 2 else 1.0)
            colours[under] = seen * grain[:, None]
    return colours


def backdrop(camera: Camera, light: Light, land: Land, shadow: Image.Image, random: np.random.Generator) -> Image.Image:
    """Render sky, horizon and ground.

    Args:
        camera: Camera; decides the size of the image.
        light: Light of the scene.
        land: Ground and horizon.
        shadow: Mask of the shadows on the ground, 0 to 255, of the camera's size.
        random: Generator of the position of the clouds.

    Returns:
        RGB image of the camera's size, without models.
    """
    rays = camera.rays().reshape(-1, 3)
    dark = np.asarray(shadow, dtype=np.float32).ravel() / np.float32(255)
    cloud_offset = (random.uniform(-9, 9), random.uniform(-9, 9))
    down = rays[:, 2] < -0.002
    picture = np.empty((len(rays), 3), dtype=np.float32)
    picture[down] = _ground(camera, light, land, rays[down], dark[down])
    picture[~down] = _sky(light, land, rays[~down], cloud_offset)
    levels = np.clip(picture, 0, 255).astype(np.uint8).reshape(camera.height, camera.width, 3)
    return Image.fromarray(levels)
