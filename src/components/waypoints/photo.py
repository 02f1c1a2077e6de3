"""Renders one photo of the catalogue to the bytes of a JPEG file."""

import math

import numpy as np
from PIL import Image, ImageFilter

from components.waypoints import lens
from components.waypoints.backdrop import backdrop
from components.waypoints.camera import Camera
from components.waypoints.catalogue import Photo, Spot
from components.waypoints.exif import exif_block
from components.waypoints.kinds import KINDS
from components.waypoints.light import light_of
from components.waypoints.painter import Painter, shadow_mask
from components.waypoints.places import shifted
from components.waypoints.scene import Surroundings, surroundings
from components.waypoints.settings import LOOKS
from components.waypoints.site import Site
from components.waypoints.viewpoint import in_view, obstacles, viewpoint

_CAMERA_NOISE = 4.0
"""Deviation in metres of a telephone's GPS position, north and east each."""

_COMPANY = 0.14
"""How often an object of another kind stands in the background."""


def _other(spot: Spot, random: np.random.Generator) -> Site | None:
    """An object of another kind for the background of a spot."""
    chance, choices = (
        random.random(),
        [kind for kind in ("cartel", "marcador", "parque", "sculpture", "fountain") if kind != spot.kind],
    )
    if chance > _COMPANY:
        return None
    kind = KINDS[str(random.choice(choices))]
    facts = kind.traits(spot.region, random) | {"name": spot.name, "towns": spot.facts["towns"]}
    return kind.build(facts, random)


def built(spot: Spot, month: int) -> tuple[Site, Surroundings]:
    """An object and its surroundings as they stand in a month."""
    site = KINDS[spot.kind].build(spot.facts, np.random.default_rng([*spot.seed, 2]))
    random = np.random.default_rng([*spot.seed, 3])
    other = _other(spot, random)
    return site, surroundings(
        spot.region, spot.setting, site, other, month, spot.seed[-1] + 7919 * spot.seed[0], random
    )


def _position(photo: Photo, camera: Camera, random: np.random.Generator) -> tuple[float, float]:
    """Where the camera says that it stood: its true place beside the object and its receiver's error."""
    spot = photo.spot
    x, y = camera.position[:2]
    # -y points along the front's bearing, x a quarter turn left of it as seen from above.
    east = -y * math.sin(spot.front) - x * math.cos(spot.front)
    north = -y * math.cos(spot.front) + x * math.sin(spot.front)
    error = random.normal(0, _CAMERA_NOISE, 2)
    return shifted(spot.latitude, spot.longitude, float(east + error[0]), float(north + error[1]))


def render(photo: Photo) -> bytes:
    """The JPEG file of a photo; equal photos give equal bytes, in whatever process."""
    random = np.random.default_rng(photo.seed)
    spot, month = photo.spot, photo.taken.month
    hour = photo.taken.hour + photo.taken.minute / 60
    site, around = built(spot, month)
    light = light_of(photo.weather, month, hour, spot.front, random)
    camera = viewpoint(site, photo.size, random)
    models = [
        *site.models,
        *in_view(around.things, site, camera),
        *obstacles(site, camera, LOOKS[spot.setting.name].urban, random),
    ]
    shadow = shadow_mask(camera, light, models).filter(ImageFilter.GaussianBlur(light.soft))
    picture = backdrop(camera, light, around.land, shadow, random)
    double = camera.scaled(2)
    canvas = picture.resize((double.width, double.height), Image.Resampling.NEAREST)
    Painter(canvas, double, light).scene(models)
    picture = canvas.reduce(2)
    if light.rain:
        picture = lens.rained_on(picture, light.rain, random)
    picture = lens.developed(lens.blurred(picture, random), random)
    exif = exif_block(*_position(photo, camera, random), photo.taken) if photo.has_exif else b""
    return lens.as_jpeg(picture, exif, random)
