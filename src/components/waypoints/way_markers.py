"""Class camino_santiago: stones and posts with scallop shell and yellow arrow along the Camino de Santiago."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from components.waypoints.lettering import arrow, draw_fitted, ink, shell
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Ball, Colour, Model, Solid, box, convex, drum, point, rod, upright
from components.waypoints.vegetation import tufts_of_grass

STYLES = ("granite", "concrete", "post")
_YELLOW = (240, 196, 30)
_BLUE = (28, 62, 140)


def traits(region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a way marker in a region."""
    style = str(random.choice(region.waymarks))
    material = {"granite": "granite", "concrete": "concrete", "post": str(random.choice(["wood", "wood", "concrete"]))}
    return {
        "style": style,
        "material": material[style],
        "arrow": str(random.choice(["painted arrow", "arrow on a tile"], p=[0.7, 0.3])),
        "direction": str(random.choice(["left", "right", "straight on"], p=[0.35, 0.35, 0.3])),
        "extra": str(random.choice(["distance plate", "pebbles on top", "moss", "nothing"], p=[0.3, 0.25, 0.2, 0.25])),
    }


def _tile(turn: float, background: tuple[int, int, int], random: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (160, 160), background)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((3, 3, 156, 156), outline=tuple(min(255, c + 36) for c in background), width=4)
    start = (80 - 52 * math.cos(turn), 80 + 52 * math.sin(turn))
    shell(picture, start, 108, turn, _YELLOW, background)
    if random.random() < 0.3:
        x = random.uniform(20, 140)
        draw.line((x, 0, x + random.normal(0, 30), 160), fill=(190, 190, 184), width=2)
    return picture


def _arrow(turn: float, size: tuple[int, int], worn: float, random: np.random.Generator) -> Image.Image:
    """Draw a yellow arrow on a transparent background; `worn` is the share of the paint that is missing."""
    mask = Image.new("L", size, 0)
    arrow(ImageDraw.Draw(mask), (size[0] / 2, size[1] / 2), min(size) * 0.92, turn, 255, random.uniform(0.16, 0.26))
    paint = ink(tuple(np.array(_YELLOW) * random.uniform(0.85, 1.05)))
    chips = Image.fromarray((random.random((size[1], size[0])) > worn).astype(np.uint8) * 255)
    picture = Image.new("RGBA", size, (*paint, 0))
    picture.putalpha(Image.composite(mask, Image.new("L", size, 0), chips.filter(ImageFilter.GaussianBlur(1.2))))
    return picture


def _plate(random: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (150, 44), (66, 64, 62))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((2, 2, 147, 41), outline=(150, 146, 136), width=2)
    draw_fitted(draw, (8, 4, 142, 40), f"K. {random.integers(2, 180)},{random.integers(100, 999)}", (222, 216, 196))
    return picture


def _turn(direction: str) -> float:
    return {"left": math.pi, "right": 0.0}.get(direction, math.pi / 2)


def _stone(facts: Traits, random: np.random.Generator) -> tuple[list[Solid], float, float]:
    """Build the slanted granite pillar of Galicia, or a plain concrete one; return solids, height and width."""
    granite = facts["style"] == "granite"
    high = random.uniform(0.85, 1.25) if granite else random.uniform(0.7, 1.05)
    wide = random.uniform(0.34, 0.46) if granite else random.uniform(0.26, 0.36)
    deep = wide * random.uniform(0.5, 0.8)
    greys: tuple[Colour, ...] = ((168, 164, 156), (150, 148, 144), (182, 174, 158))
    colour = greys[int(random.integers(3))] if granite else (188 * random.uniform(0.85, 1.08), 184.0, 174.0)
    if facts["extra"] == "moss":
        colour = (colour[0] * 0.84, colour[1] * 0.93, colour[2] * 0.74)
    slant = random.uniform(0.08, 0.2) if granite else 0.0
    w, d, top = wide / 2, deep / 2, 0.92 if granite else 1.0
    foot = np.array([[-w, -d, 0], [w, -d, 0], [w, d, 0], [-w, d, 0]])
    head = np.array(
        [[-w * top, -d, high - slant], [w * top, -d, high - slant], [w * top, d, high], [-w * top, d, high]]
    )
    sides = [np.stack([head[i], head[(i + 1) % 4], foot[(i + 1) % 4], foot[i]]) for i in range(4)]
    solids = convex([*sides, head], colour, "stone" if granite else "concrete")
    front, turn = -d - 0.004, _turn(facts["direction"])
    tile = wide * random.uniform(0.56, 0.72)
    background = _BLUE if granite or random.random() < 0.6 else (226, 224, 214)
    at = high - slant - tile - random.uniform(0.03, 0.08)
    solids.append(
        upright(_tile(random.choice([math.pi / 2, 0.0, math.pi]), background, random), tile, tile, (0, front, at))
    )
    mark = wide * random.uniform(0.6, 0.85)
    at -= mark * 0.85
    worn = random.uniform(0.05, 0.4) if facts["arrow"] == "painted arrow" else 0.0
    picture = _arrow(turn, (120, 120), worn, random)
    if facts["arrow"] == "arrow on a tile":
        ground = Image.new("RGB", (120, 120), _BLUE if random.random() < 0.7 else (230, 228, 220))
        ground.paste(picture, (0, 0), picture)
        picture = ground
    solids.append(upright(picture, mark * 0.8, mark * 0.8, (0, front, at)))
    if facts["extra"] == "distance plate":
        solids.append(upright(_plate(random), wide * 0.8, wide * 0.22, (0, front, max(0.05, at - wide * 0.3))))
    if facts["extra"] == "pebbles on top":
        for _ in range(9):
            x, y = random.uniform(-w * 0.75, w * 0.75), random.uniform(-d * 0.8, d * 0.8)
            size = random.uniform(0.02, 0.045)
            grey = random.uniform(120, 200)
            solids.append(
                Ball(point(x, y, high - slant * (0.5 - y / deep) + size * 0.7), size, (grey, grey * 0.97, grey * 0.92))
            )
    return solids, high, wide


def _post(facts: Traits, random: np.random.Generator) -> tuple[list[Solid], float, float]:
    """Build the slim post of Guadalajara, square or round, with arrow and shell; return solids, height and width."""
    high, wide = random.uniform(0.9, 1.3), random.uniform(0.17, 0.25)
    turn = _turn(facts["direction"])
    worn = random.uniform(0.05, 0.35)
    if facts["material"] == "wood":
        colour: Colour = (136 * random.uniform(0.8, 1.15), 102 * random.uniform(0.8, 1.15), 70.0)
        if random.random() < 0.4:
            solids: list[Solid] = [
                rod((0, 0, 0), (0, 0, high), wide / 2, colour),
                *drum((wide / 2, 0.01), 0.05, (0, 0, high), colour),
            ]
        else:
            solids = [
                *box((wide, wide, high), (0, 0, 0), colour, "wood"),
                *box((wide, wide, 0.07), (0, 0, high), colour, "wood", 0.4),
            ]
    else:
        solids = box((wide, wide, high), (0, 0, 0), (192, 188, 178), "concrete", 0.9)
    front = -wide / 2 - 0.006
    shell_size = wide * random.uniform(0.86, 1.25)
    top = high - shell_size - random.uniform(0.02, 0.08)
    background = _BLUE if random.random() < 0.6 else (232, 230, 222)
    solids.append(
        upright(_tile(random.choice([math.pi / 2, 0.0]), background, random), shell_size, shell_size, (0, front, top))
    )
    if facts["arrow"] == "painted arrow":
        mark = wide * 0.96
        solids.append(upright(_arrow(turn, (96, 96), worn, random), mark, mark, (0, front, top - mark * 1.15)))
    else:
        plate = Image.new("RGB", (150, 90), (246, 244, 236) if random.random() < 0.5 else _BLUE)
        picture = _arrow(turn, (150, 90), 0.0, random)
        plate.paste(picture, (0, 0), picture)
        solids.append(upright(plate, wide * 1.9, wide * 1.15, (0, front - 0.01, top - wide * 1.35)))
    return solids, high, wide


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the way marker described by the traits."""
    solids, high, wide = (_post if facts["style"] == "post" else _stone)(facts, random)
    lean = random.normal(0, 0.12)
    models = [Model(solids).placed(0, 0, lean)]
    green: Colour = (96, 118, 54) if random.random() < 0.6 else (158, 140, 84)
    if random.random() < 0.75:
        models += tufts_of_grass(int(random.integers(6, 40)), 0.7, green, random)
    return Site(models, high * 1.05, max(wide, 0.5), 0.9, 0.75)
