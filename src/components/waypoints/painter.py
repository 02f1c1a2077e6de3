"""Draws solids onto an image from far to near, with light, texture and haze."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from components.waypoints import surfaces
from components.waypoints.camera import NEAR, Camera, Vector, cross
from components.waypoints.light import Light
from components.waypoints.solids import Ball, Face, Leaves, Model, Panel, Rod, Solid, middle

MIN_TEXTURED_AREA = 500.0
"""Smallest area in square pixels of a face that is drawn with texture."""

_LEVELS = np.arange(256, dtype=np.float64)


def _perspective(target: Vector, source: Vector) -> list[float]:
    """Return the eight coefficients with which Pillow maps `target` pixels (4, 2) to `source` pixels (4, 2)."""
    system = np.zeros((8, 8))
    system[0::2, 0:2] = system[1::2, 3:5] = target
    system[0::2, 2] = system[1::2, 5] = 1.0
    system[0::2, 6:8] = -target * source[:, :1]
    system[1::2, 6:8] = -target * source[:, 1:]
    solution: list[float] = np.linalg.solve(system, source.ravel()).tolist()
    return solution


def _area(outline: Vector) -> float:
    x, y = outline[:, 0], outline[:, 1]
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2


def _rgb(colour: Vector) -> tuple[int, int, int]:
    red, green, blue = np.clip(colour, 0, 255).astype(int).tolist()
    return red, green, blue


class Painter:
    """Draws models onto a canvas, seen by a camera in a given light (painter's algorithm)."""

    def __init__(self, canvas: Image.Image, camera: Camera, light: Light) -> None:
        """Draw on `canvas`, which must have the camera's size."""
        self.canvas, self.camera, self.light = canvas, camera, light
        self.draw = ImageDraw.Draw(canvas)

    def scene(self, models: list[Model]) -> None:
        """Draw all models, and the solids of each model, from far to near."""
        if not models:
            return
        depths = self.camera.view(np.stack([model.anchor for model in models]))[:, 2]
        for index in np.argsort(-depths, kind="stable"):
            self.model(models[index].solids)

    def model(self, solids: list[Solid]) -> None:
        """Draw the solids of one model from far to near."""
        centres = np.stack([middle(solid) for solid in solids])
        distances = np.linalg.norm(centres - self.camera.position, axis=1)
        distances -= np.array([solid.bias if isinstance(solid, Panel) else 0.0 for solid in solids])
        for index in np.argsort(-distances, kind="stable"):
            self.solid(solids[index], float(distances[index]))

    def solid(self, solid: Solid, distance: float) -> None:
        """Draw one solid whose centre is `distance` metres away."""
        match solid:
            case Face():
                self._face(solid, distance)
            case Panel():
                self._panel(solid, distance)
            case Rod():
                self._rod(solid, distance)
            case Ball():
                self._ball(solid, distance)
            case Leaves():
                self._leaves(solid)

    def _shade(self, colour: Vector, normal: Vector, distance: float) -> tuple[int, int, int]:
        return _rgb(self.light.through_haze(colour * self.light.on(normal), distance))

    def _window(self, outline: Vector) -> tuple[int, int, int, int] | None:
        """Return the bounding box (left, top, right, bottom) of an outline on the canvas; None if it is empty."""
        left, top = np.floor(np.clip(outline.min(axis=0), 0, None)).astype(int).tolist()
        right, bottom = np.ceil(np.clip(outline.max(axis=0), -1, (self.camera.width, self.camera.height))).astype(int)
        if right - left < 1 or bottom - top < 1:
            return None
        return left, top, int(right), int(bottom)

    def _face(self, face: Face, distance: float) -> None:
        to_camera = self.camera.position - face.points[0]
        if face.normal is not None:
            normal = face.normal
            if normal @ to_camera <= 0:
                return
        else:
            normal = cross(face.points[1] - face.points[0], face.points[2] - face.points[0])
            normal = normal / (np.linalg.norm(normal) or 1.0)
            if normal @ to_camera < 0:
                normal = -normal
        outline = self.camera.outline(face.points)
        if outline is None:
            return
        colour = np.array(self._shade(np.array(face.colour), normal, distance), dtype=np.float64)
        if face.grain and len(face.points) == 4 and len(outline) == 4 and _area(outline) > MIN_TEXTURED_AREA:
            window = self._window(outline)
            if window is not None:
                self._textured_face(face, outline, colour, window)
        else:
            self.draw.polygon(outline.ravel().tolist(), fill=_rgb(colour))

    def _textured_face(self, face: Face, outline: Vector, colour: Vector, window: tuple[int, int, int, int]) -> None:
        density = surfaces.SIDE / surfaces.metres(face.grain)
        width = float(np.linalg.norm(face.points[1] - face.points[0])) * density
        height = float(np.linalg.norm(face.points[3] - face.points[0])) * density
        coarse = 0
        while coarse < 3 and width * height > 4.0 * 4**coarse * _area(outline):
            coarse += 1
        tile, across = surfaces.tile(face.grain, coarse), surfaces.REPEATS * surfaces.SIDE
        fit = min(1.0, (across - 1) / max(width, height))
        start = abs(face.points.sum() * 97.0) % max(1.0, across - max(width, height) * fit)
        corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]) * fit + start
        corners /= 2**coarse
        mask = self._mask(outline, window)
        grey = self._warped(tile, outline, corners, window)
        bands = [grey.point(np.clip(_LEVELS * (channel / 128), 0, 255).astype(int).tolist()) for channel in colour]
        self.canvas.paste(Image.merge("RGB", bands), window, mask)

    def _mask(self, outline: Vector, window: tuple[int, int, int, int]) -> Image.Image:
        mask = Image.new("L", (window[2] - window[0], window[3] - window[1]), 0)
        ImageDraw.Draw(mask).polygon((outline - window[:2]).ravel().tolist(), fill=255)
        return mask

    def _warped(
        self, picture: Image.Image, outline: Vector, corners: Vector, window: tuple[int, int, int, int]
    ) -> Image.Image:
        size = (window[2] - window[0], window[3] - window[1])
        coefficients = _perspective(outline - window[:2], corners)
        return picture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)

    def _panel(self, panel: Panel, distance: float) -> None:
        normal = cross(panel.corners[2] - panel.corners[0], panel.corners[1] - panel.corners[0])
        normal = normal / (np.linalg.norm(normal) or 1.0)
        outline = self.camera.outline(panel.corners)
        if normal @ (self.camera.position - panel.corners[0]) <= 0 or outline is None or len(outline) != 4:
            return
        window = self._window(outline)
        if window is None or _area(outline) < 4.0:
            return
        picture = panel.picture
        seen = max(2.0, float(np.linalg.norm(outline[[1, 2]] - outline[[0, 3]], axis=1).max()))
        shrink = int(picture.width / seen)
        if shrink >= 2:
            picture = picture.reduce(min(shrink, picture.width // 2, picture.height // 2))
        corners = np.array([[0, 0], [picture.width, 0], [picture.width, picture.height], [0, picture.height]])
        warped = self._warped(picture, outline, corners.astype(np.float64), window)
        mask = self._mask(outline, window)
        if warped.mode == "RGBA":
            alpha = warped.getchannel("A")
            mask = Image.composite(alpha, Image.new("L", mask.size, 0), mask)
            warped = warped.convert("RGB")
        lit = self.light.on(normal)
        table: list[int] = []
        for channel in range(3):
            level = self.light.through_haze(np.outer(_LEVELS, lit), distance)[:, channel]
            table += np.clip(level, 0, 255).astype(int).tolist()
        self.canvas.paste(warped.point(table), window, mask)

    def _rod(self, rod: Rod, distance: float) -> None:
        seen = self.camera.view(np.stack([rod.start, rod.end]))
        if (seen[:, 2] < NEAR).any():
            return
        ends = self.camera.pixels(seen)
        radii = np.array([rod.radius, rod.radius if rod.end_radius is None else rod.end_radius])
        half_widths = radii * self.camera.focal / seen[:, 2]
        run = ends[1] - ends[0]
        length = math.hypot(run[0], run[1])
        if length < 1e-6:
            return
        across = np.array([-run[1], run[0]]) / length
        axis = rod.end - rod.start
        towards = self.camera.position - (rod.start + rod.end) / 2
        side = cross(towards, axis)
        side = side / (math.hypot(*side.tolist()) or 1.0)
        facing = cross(axis, side)
        facing = facing / (math.hypot(*facing.tolist()) or 1.0)
        # `across` in the image is `side` or its opposite in the world.
        picture_side = np.array([side @ self.camera.axes[0], -(side @ self.camera.axes[1])])
        sign = 1.0 if picture_side @ across >= 0 else -1.0
        if half_widths.max() < 0.8:
            fill = self._shade(np.array(rod.colour), facing, distance)
            self.draw.line((*ends[0].tolist(), *ends[1].tolist()), fill=fill, width=1)
            return
        strips = 1 if half_widths.max() < 2.0 else 5
        edges = np.linspace(-1.0, 1.0, strips + 1)
        middles = (edges[1:] + edges[:-1]) / 2
        normals = np.outer(middles * sign, side) + np.outer(np.sqrt(1.0 - middles**2), facing)
        fills = self.light.through_haze(np.array(rod.colour) * self.light.on_all(normals), distance)
        first = ends[0] + np.outer(edges * half_widths[0], across)
        last = ends[1] + np.outer(edges * half_widths[1], across)
        corners = np.hstack([first[:-1], first[1:], last[1:], last[:-1]]).tolist()
        for outline, colour in zip(corners, np.clip(fills, 0, 255).astype(int).tolist(), strict=True):
            self.draw.polygon(outline, fill=tuple(colour))

    def _ball(self, ball: Ball, distance: float) -> None:
        seen = self.camera.view(ball.centre[None])
        if seen[0, 2] < NEAR + ball.radius:
            return
        (x, y), size = self.camera.pixels(seen)[0], ball.radius * self.camera.focal / seen[0, 2]
        sun = self.camera.axes @ self.light.sun
        rings = int(min(12, max(1, size / 2)))
        parts = np.arange(rings) / rings
        # Rings run from the rim to the point whose normal lies half way between sun and camera.
        bright = self.light.sun - self.camera.axes[2]
        rim = -self.light.sun + np.array([0.0, 0.0, 0.4])
        normals = np.outer(parts, bright) + np.outer(1 - parts, rim)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        fills = self.light.through_haze(np.array(ball.colour) * self.light.on_all(normals), distance)
        for part, fill in zip(parts.tolist(), np.clip(fills, 0, 255).astype(int).tolist(), strict=True):
            radius = size * math.sqrt(1 - part * part)
            cx, cy = x + sun[0] * size * part * 0.4, y - sun[1] * size * part * 0.4
            radius = min(radius, size - math.hypot(cx - x, cy - y))
            self.draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=tuple(fill))

    def _leaves(self, leaves: Leaves) -> None:
        seen = self.camera.view(leaves.centres)
        order = np.argsort(-seen[:, 2], kind="stable")
        order = order[seen[order, 2] > NEAR + 0.2]
        if not len(order):
            return
        pixels = self.camera.pixels(seen[order])
        sizes = np.clip(leaves.radii[order] * 2 * self.camera.focal / seen[order, 2], 2, 320)
        share = (1.0 - np.exp(-seen[order, 2] / self.light.haze))[:, None]
        strength = self.light.ambient + 0.55 * self.light.direct
        colours = leaves.colours[order] * strength * (1 - share) + np.array(self.light.horizon) * share
        levels: NDArray[np.int64] = np.clip(colours, 0, 255).astype(np.int64)
        limit = (self.camera.width, self.camera.height)
        for index in range(len(order)):
            # Rounding sizes to steps of about 15 % keeps the cache of stamps small.
            size = max(2, round(1.15 ** round(math.log(sizes[index], 1.15))))
            left, top = int(pixels[index, 0] - size / 2), int(pixels[index, 1] - size / 2)
            if left > limit[0] or top > limit[1] or left + size < 0 or top + size < 0:
                continue
            red, green, blue = levels[index].tolist()
            mask = surfaces.stamp(leaves.stamp, int(order[index]) % 5, size)
            self.canvas.paste((red, green, blue), (left, top), mask)
