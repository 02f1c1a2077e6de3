"""The shadows that models cast on the ground."""

import numpy as np
from PIL import Image, ImageDraw

from components.waypoints.camera import Camera, Vector
from components.waypoints.light import Light
from components.waypoints.solids import Ball, Face, Leaves, Model, Panel, Rod


def shadow_mask(camera: Camera, light: Light, models: list[Model]) -> Image.Image:
    """Return a grey image of the camera's size: 255 where a model shades the ground, with hard edges."""
    mask = Image.new("L", (camera.width, camera.height), 0)
    draw = ImageDraw.Draw(mask)
    fall = np.array([light.sun[0], light.sun[1]]) / max(float(light.sun[2]), 0.12)

    def ground(points: Vector) -> Vector:
        height = points[:, 2:3]
        return np.column_stack([points[:, :2] - fall * height, np.full(len(points), 0.004)])

    def fill(points: Vector) -> None:
        outline = camera.outline(ground(points))
        if outline is not None:
            draw.polygon(outline.ravel().tolist(), fill=255)

    for model in models:
        for solid in model.solids:
            match solid:
                case Face():
                    # The lit faces of a closed body cast its whole shadow.
                    if solid.normal is None or solid.normal @ light.sun > 1e-6:
                        fill(solid.points)
                case Panel():
                    fill(solid.corners)
                case Rod():
                    along = np.array([solid.end[1] - solid.start[1] + 1e-6, solid.start[0] - solid.end[0], 0.0])
                    if np.linalg.norm(along) < 1e-3:
                        along = np.array([fall[1], -fall[0], 0.0]) + np.array([1e-3, 0, 0])
                    half_width = along / np.linalg.norm(along) * solid.radius
                    fill(
                        np.stack(
                            [
                                solid.start - half_width,
                                solid.start + half_width,
                                solid.end + half_width,
                                solid.end - half_width,
                            ]
                        )
                    )
                case Ball():
                    _ellipses(camera, draw, ground(solid.centre[None]), np.array([solid.radius]))
                case Leaves() if solid.stamp not in ("grass", "puff"):
                    keep = slice(None, None, 2)
                    _ellipses(camera, draw, ground(solid.centres[keep]), solid.radii[keep])
    return mask


def _ellipses(camera: Camera, draw: ImageDraw.ImageDraw, centres: Vector, radii: Vector) -> None:
    seen = camera.view(centres)
    ahead = seen[:, 2] > 0.5
    for (x, y), depth, radius in zip(camera.pixels(seen[ahead]), seen[ahead, 2], radii[ahead], strict=True):
        half_width = radius * camera.focal / depth
        high = half_width * min(1.0, float(camera.position[2]) / float(depth) + 0.04)
        draw.ellipse((x - half_width, y - high, x + half_width, y + high), fill=255)
