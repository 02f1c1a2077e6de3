"""Renders one photo of the catalogue as a JPEG file."""

import math

import numpy as np
from PIL import Image, ImageFilter

from components.waypoints import lens
from components.waypoints.backdrop import backdrop
from components.waypoints.camera import Camera
from components.waypoints.catalogue import Photo, Spot
from components.waypoints.exif import exif_block
from components.waypoints.kinds import KINDS
from components.waypoints.light import light_for
from components.waypoints.painter import Painter
from components.waypoints.positions import offset_position
from components.waypoints.scene import Surroundings, surroundings
from components.waypoints.settings import LOOKS
from components.waypoints.shadows import shadow_mask
from components.waypoints.site import Site
from components.waypoints.viewpoint import models_in_view, obstacles, viewpoint

_CAMERA_NOISE = 4.0
"""Standard deviation in metres of the GPS position in EXIF, north and east each."""

_SECOND_OBJECT_PROBABILITY = 0.14
"""Probability of an object of another kind in the background."""


def _other(spot: Spot, random: np.random.Generator) -> Site | None:
    """Build an object of another kind for the background of a spot; None in most cases."""
    choices = [kind for kind in ("cartel", "marcador", "parque", "sculpture", "fountain") if kind != spot.kind]
    if random.random() > _SECOND_OBJECT_PROBABILITY:
        return None
    kind = KINDS[str(random.choice(choices))]
    facts = kind.traits(spot.region, random) | {"name": spot.name, "towns": spot.facts["towns"]}
    return kind.build(facts, random)


def build_scene(spot: Spot, month: int) -> tuple[Site, Surroundings]:
    """Build the object of a spot and its surroundings in a month (1 to 12)."""
    site = KINDS[spot.kind].build(spot.facts, np.random.default_rng([*spot.seed, 2]))
    random = np.random.default_rng([*spot.seed, 3])
    other = _other(spot, random)
    return site, surroundings(
        spot.region, spot.setting, site, other, month, spot.seed[-1] + 7919 * spot.seed[0], random
    )


def _position(photo: Photo, camera: Camera, random: np.random.Generator) -> tuple[float, float]:
    """Return the GPS position in EXIF: the camera's true position plus the receiver's error."""
    spot = photo.spot
    x, y = camera.position[:2]
    # -y points along the bearing of the front, x a quarter turn to its left as seen from above.
    east = -y * math.sin(spot.front) - x * math.cos(spot.front)
    north = -y * math.cos(spot.front) + x * math.sin(spot.front)
    error = random.normal(0, _CAMERA_NOISE, 2)
    return offset_position(spot.latitude, spot.longitude, float(east + error[0]), float(north + error[1]))


def render(photo: Photo) -> bytes:
    """Render a photo as a JPEG file; equal photos give equal bytes in any process."""
    random = np.random.default_rng(photo.seed)
    spot, month = photo.spot, photo.taken.month
    hour = photo.taken.hour + photo.taken.minute / 60
    site, around = build_scene(spot, month)
    light = light_for(photo.weather, month, hour, spot.front, random)
    camera = viewpoint(site, photo.size, random)
    models = [
        *site.models,
        *models_in_view(around.models, site, camera),
        *obstacles(site, camera, LOOKS[spot.setting.name].urban, random),
    ]
    shadow = shadow_mask(camera, light, models).filter(ImageFilter.GaussianBlur(light.soft))
    picture = backdrop(camera, light, around.land, shadow, random)
    double = camera.scaled(2)
    canvas = picture.resize((double.width, double.height), Image.Resampling.NEAREST)
    Painter(canvas, double, light).scene(models)
    picture = canvas.reduce(2)
    if light.rain:
        picture = lens.add_rain(picture, light.rain, random)
    picture = lens.develop(lens.random_blur(picture, random), random)
    exif = exif_block(*_position(photo, camera, random), photo.taken) if photo.has_exif else b""
    return lens.encode_jpeg(picture, exif, random)
