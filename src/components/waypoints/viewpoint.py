"""The position of the camera, and obstacles between camera and object."""

import math

import numpy as np

from components.waypoints.camera import Camera, Vector
from components.waypoints.clutter import PIECES
from components.waypoints.scene import PlacedModel
from components.waypoints.site import Site
from components.waypoints.solids import Model, point
from components.waypoints.vegetation import branch

_FOCAL = 0.80
"""Focal length of a mobile phone's camera as a share of the longer side of the image."""


def viewpoint(site: Site, size: tuple[int, int], random: np.random.Generator) -> Camera:
    """Draw a camera that shows a site, with random direction, distance, height and tilt.

    Args:
        site: The object to show.
        size: Width and height of the image in pixels.
        random: Source of randomness.
    """
    focal = _FOCAL * max(size) * random.uniform(0.92, 1.3)
    share = float(np.clip(random.normal(0.72, 0.14), 0.42, 0.98))
    distance = focal * max(site.height / (share * size[1]), site.width / (min(1.0, share * 1.25) * size[0]))
    turn = float(np.clip(random.normal(0, site.swing * 0.45), -site.swing, site.swing))
    eye = random.uniform(*site.eye) if random.random() < 0.8 or site.height > 2 else random.uniform(0.6, 1.1)
    distance = max(distance, 0.9)
    position = np.array([distance * math.sin(turn), -distance * math.cos(turn), eye])
    half = np.array(size) / focal / 2
    room = np.maximum(0.05, half * (1 - share * 0.85))
    across = float(np.clip(random.normal(0, 0.24), -0.8, 0.8)) * room[0] * distance
    upward = float(np.clip(random.normal(0.05, 0.26), -0.8, 0.8)) * room[1] * distance
    sideways = np.array([math.cos(turn), math.sin(turn), 0.0])
    target = point(0, 0, site.height * 0.5 + upward) + sideways * across
    roll = math.radians(random.normal(0, 2.2) if random.random() < 0.85 else random.normal(0, 7.0))
    return Camera.looking(position, target, focal=focal, size=size, roll=roll)


def models_in_view(placed: list[PlacedModel], site: Site, camera: Camera) -> list[Model]:
    """Return the models that neither hide the site from the camera nor contain the camera."""
    if not placed:
        return []
    seen = camera.view(np.stack([item.model.anchor for item in placed]))
    middle = camera.view(point(0, 0, site.height / 2)[None])[0]
    kept = []
    for item, (x, _, depth) in zip(placed, seen, strict=True):
        if item.radius == 0.0:
            if depth > 0.5:
                kept.append(item.model)
            continue
        if depth < -item.radius - 1 or np.hypot(x, depth) < 1.3 * item.radius + 1.2:
            continue
        before = 0.0 < depth < middle[2] + 0.3
        apart = abs(x / max(depth, 0.3) - middle[0] / middle[2])
        if before and apart < site.width / 2 / middle[2] + item.radius / max(depth, 0.3):
            continue
        kept.append(item.model)
    return kept


def _world_point(camera: Camera, across: float, upward: float, depth: float) -> Vector:
    """Return the world point at image coordinates from -1 to 1 and a depth in metres."""
    half = np.array([camera.width, camera.height]) / camera.focal / 2
    local = np.array([across * half[0] * depth, upward * half[1] * depth, depth])
    position: Vector = camera.position + local @ camera.axes
    return position


def obstacles(site: Site, camera: Camera, urban: bool, random: np.random.Generator) -> list[Model]:
    """Draw obstacles in front of the object, such as a branch, a person, a post or a car; none in most photos."""
    draw = random.random()
    if draw > 0.28:
        return []
    depth = float(camera.view(point(0, 0, site.height / 2)[None])[0, 2])
    if draw < 0.1:
        near = min(depth * 0.6, random.uniform(0.7, 1.6))
        side = random.choice([-1.0, 1.0])
        position = _world_point(camera, side * random.uniform(0.85, 1.15), random.uniform(0.5, 1.05), near)
        turn = math.atan2(camera.axes[0, 1], camera.axes[0, 0]) + (math.pi if side > 0 else 0.0) + random.normal(0, 0.5)
        return [
            branch(near * random.uniform(0.3, 0.55), random).placed(
                float(position[0]), float(position[1]), turn, float(position[2])
            )
        ]
    choices = (
        ["walker", "walker", "bin", "bollard", "car", "lamp"] if urban else ["hiker", "hiker", "post", "bush", "rock"]
    )
    name = str(random.choice(choices))
    far = max({"car": 5.0, "bollard": 1.4, "post": 1.4, "bin": 1.6}.get(name, 2.4), depth * random.uniform(0.5, 0.85))
    if far > depth - 0.3:
        # Not enough space in front of the object: position the obstacle next to it, a little farther distance.
        far = depth + random.uniform(0.3, 1.5)
    # An obstacle may cover the edge of the object but not its centre.
    half = site.width / 2 / depth * camera.focal / (camera.width / 2)
    own = {"car": 2.0, "bush": 0.7, "rock": 0.6}.get(name, 0.32) / far * camera.focal / (camera.width / 2)
    across = random.choice([-1.0, 1.0]) * (half * random.uniform(0.6, 1.5) + own)
    position = _world_point(camera, across, 0.0, far)
    facing = random.uniform(0, 2 * math.pi) if name != "car" else math.atan2(camera.axes[0, 1], camera.axes[0, 0])
    return [PIECES[name](random).placed(float(position[0]), float(position[1]), facing)]
