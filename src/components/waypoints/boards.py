"""Class cartel: information boards with a heading, text, maps and pictures, in several frames."""

import math

import numpy as np
from PIL import Image, ImageDraw

from components.waypoints.camera import cross
from components.waypoints.lettering import Ink, draw_fitted, ink, map_picture, paragraph, photo_picture
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Face, Model, Panel, Solid, box, convex, point, rod, upright

STYLES = ("roofed", "posts", "lectern", "metal", "totem")

_COLOURS: dict[str, tuple[Ink, Ink]] = {
    "green": ((44, 96, 60), (240, 238, 226)),
    "brown": ((104, 66, 40), (244, 238, 220)),
    "blue": ((36, 78, 132), (242, 244, 244)),
    "maroon": ((122, 34, 44), (246, 240, 228)),
    "beige": ((206, 186, 140), (248, 242, 224)),
    "white": ((232, 230, 222), (250, 250, 246)),
    "grey": ((92, 98, 102), (232, 234, 234)),
    "orange": ((206, 116, 36), (250, 244, 232)),
}
_TOPICS = (
    "a local route",
    "local history",
    "birds and wildlife",
    "plants and trees",
    "geology",
    "the river",
    "rules of use",
)


def traits(region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of an information board in a region."""
    style = str(random.choice(region.boards)) if random.random() < 0.75 else str(random.choice(STYLES))
    materials = {
        "roofed": "wood",
        "posts": "wood",
        "lectern": str(random.choice(["wood", "metal"])),
        "metal": "metal",
        "totem": str(random.choice(["metal", "concrete"])),
    }
    return {
        "style": style,
        "material": materials[style],
        "colour": str(random.choice(list(_COLOURS))),
        "topic": str(random.choice(_TOPICS)),
        "shows": str(
            random.choice(["map", "photographs", "map and photographs", "text only"], p=[0.32, 0.25, 0.3, 0.13])
        ),
    }


def _printed(facts: Traits, wide: int, high: int, name: str, random: np.random.Generator) -> Image.Image:
    """Draw the printed sheet of a board."""
    head, paper = _COLOURS[facts["colour"]]
    if random.random() < 0.25:
        paper = ink(tuple(np.array(paper) + random.normal(0, 16, 3)))
    dark: Ink = (48, 44, 42)
    light: Ink = (250, 248, 240) if sum(head) < 420 else (60, 44, 34)
    picture = Image.new("RGB", (wide, high), paper)
    draw = ImageDraw.Draw(picture)
    band = int(high * random.uniform(0.1, 0.18))
    if random.random() < 0.8:
        draw.rectangle((0, 0, wide, band), fill=head)
        draw_fitted(draw, (10, 2, wide * 0.9, band - 2), name.upper(), light)
    else:
        draw.rectangle((0, 0, int(wide * 0.12), high), fill=head)
        draw_fitted(draw, (wide * 0.14, 4, wide * 0.94, band), name, head if sum(head) < 420 else dark)
    left, top, right, bottom = int(wide * 0.05), band + 12, int(wide * 0.95), int(high * 0.93)
    if random.random() < 0.4:
        bottom = int(high * 0.86)
        draw.rectangle((0, high - int(high * 0.08), wide, high), fill=head)
    shows = facts["shows"]
    if shows == "text only":
        columns = 1 if wide < high else 2
        step = (right - left) // columns
        for column in range(columns):
            box_ = (left + column * step, top, left + (column + 1) * step - 14, bottom)
            paragraph(draw, box_, int(random.integers(11, 17)), dark, random)
        return picture
    across = wide >= high
    part = random.uniform(0.4, 0.62)
    split = int(left + (right - left) * part) if across else int(top + (bottom - top) * part)
    main = (left, top, split - 8, bottom) if across else (left, top, right, split - 8)
    rest = (split + 8, top, right, bottom) if across else (left, split + 8, right, bottom)
    if random.random() < 0.5 and across:
        main, rest = (
            (left + right - main[2], top, left + right - main[0], bottom),
            (left, top, left + right - rest[0], bottom),
        )
    size = (max(8, main[2] - main[0]), max(8, main[3] - main[1]))
    picture.paste((photo_picture if shows == "photographs" else map_picture)(size, random), main[:2])
    if shows != "map":
        cut = int((rest[3] - rest[1]) * random.uniform(0.35, 0.5))
        count = int(random.integers(1, 4))
        each = (rest[2] - rest[0]) // count
        for index in range(count):
            inset = photo_picture((max(8, each - 6), max(8, cut)), random)
            picture.paste(inset, (rest[0] + index * each, rest[1]))
        rest = (rest[0], rest[1] + cut + 8, rest[2], rest[3])
    paragraph(draw, rest, int(random.integers(9, 15)), dark, random)
    return picture


def _backed(panel: Panel, colour: Colour) -> list[Solid]:
    """Return a panel and its plain back."""
    normal = cross(panel.corners[1] - panel.corners[0], panel.corners[3] - panel.corners[0])
    return [Face(panel.corners, colour, "", normal / np.linalg.norm(normal)), panel]


def _roof(width: float, at: float, colour: Colour) -> list[Solid]:
    w, d, rise = width / 2 + 0.18, 0.34, 0.22
    ridge = [point(-w, 0, at + rise), point(w, 0, at + rise)]
    eaves = [point(-w, -d, at), point(w, -d, at), point(w, d, at), point(-w, d, at)]
    return convex(
        [
            np.stack([ridge[0], ridge[1], eaves[1], eaves[0]]),
            np.stack([ridge[1], ridge[0], eaves[3], eaves[2]]),
            np.stack([ridge[0], eaves[0], eaves[3]]),
            np.stack([ridge[1], eaves[2], eaves[1]]),
            np.stack(eaves),
        ],
        colour,
        "wood",
    )


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the information board described by the traits."""
    style, name = facts["style"], facts["name"]
    wood: Colour = (126 * random.uniform(0.75, 1.2), 90 * random.uniform(0.8, 1.15), 58.0)
    metals: tuple[Colour, ...] = ((112, 118, 122), (58, 62, 64), (96, 60, 46), (150, 154, 158), (52, 84, 62))
    metal = metals[int(random.integers(len(metals)))]
    frame = wood if facts["material"] == "wood" else metal
    grain = "wood" if facts["material"] == "wood" else "concrete"
    solids: list[Solid] = []
    if style == "lectern":
        wide, high, low = random.uniform(0.7, 1.15), random.uniform(0.5, 0.75), random.uniform(0.7, 0.9)
        tilt = random.uniform(0.6, 1.0)
        rise, back = high * math.sin(tilt), high * math.cos(tilt)
        corners = np.array(
            [[-wide / 2, back, low + rise], [wide / 2, back, low + rise], [wide / 2, 0, low], [-wide / 2, 0, low]]
        )
        sheet = _printed(facts, 520, int(520 * high / wide), name, random)
        rim = corners + np.array([[-0.05, 0.03, 0.03], [0.05, 0.03, 0.03], [0.05, -0.03, -0.05], [-0.05, -0.03, -0.05]])
        solids += [
            Face(rim - np.array([0, 0, 0.02]), frame, "wood" if frame is wood else ""),
            Panel(corners, sheet, 0.3),
        ]
        for x in (-wide * 0.36, wide * 0.36):
            solids += box((0.09, 0.09, low + rise * 0.4), (x, back * 0.5, 0), frame, grain)
        return Site([Model(solids)], low + rise, wide, 1.4, 0.7)
    if style == "totem":
        wide, high = random.uniform(0.55, 0.85), random.uniform(1.7, 2.3)
        body: Colour = metal if facts["material"] == "metal" else (186, 182, 172)
        solids += box((wide, 0.14, high), (0, 0, 0), body, "concrete")
        part = random.uniform(0.7, 0.92)
        sheet = _printed(facts, int(600 * wide / (high * part)), 600, name, random)
        solids += [upright(sheet, wide * 0.9, high * part, (0, -0.08, high * (0.98 - part)), 0.3)]
        return Site([Model(solids)], high, wide, 1.4, 0.75)
    wide, ratio = random.uniform(1.0, 1.9), random.uniform(0.55, 0.95)
    if random.random() < 0.25:
        wide, ratio = random.uniform(0.8, 1.1), random.uniform(1.1, 1.4)
    high, low = wide * ratio, random.uniform(0.6, 1.0)
    sheet = _printed(facts, 560, int(560 * ratio), name, random)
    solids += box((wide + 0.12, 0.05, high + 0.12), (0, 0.03, low - 0.06), frame, grain)
    solids += _backed(upright(sheet, wide, high, (0, -0.012, low), 0.3), frame)[1:]
    top = low + high
    if style == "metal":
        for x in (-wide * 0.42, wide * 0.42):
            solids.append(rod((x, 0.1, 0), (x, 0.1, top + random.choice([-0.1, 0.08])), 0.04, metal))
    else:
        for x in (-wide / 2 - 0.1, wide / 2 + 0.1):
            tall = top + 0.12
            if random.random() < 0.5:
                solids += box((0.12, 0.12, tall), (x, 0.03, 0), frame, grain)
            else:
                solids.append(rod((x, 0.03, 0), (x, 0.03, tall), 0.07, frame))
        if style == "roofed":
            solids += _roof(wide + 0.2, top + 0.1, frame)
            top += 0.3
    return Site([Model(solids)], top + 0.1, wide + 0.3, 1.6, 0.8)
