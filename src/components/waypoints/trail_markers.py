"""Class marcador: posts with painted stripes and signposts with distances along walking trails."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from components.waypoints.lettering import Ink, arrow, draw_fitted
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Face, Model, Panel, Solid, box, drum, rod, upright
from components.waypoints.vegetation import tufts_of_grass

PAINTS: dict[str, tuple[Ink, Ink]] = {
    "red": ((246, 244, 238), (198, 36, 34)),
    "yellow": ((246, 244, 238), (238, 200, 40)),
    "green": ((246, 244, 238), (40, 136, 66)),
    "arrows": ((246, 244, 238), (198, 36, 34)),
}
_TRAILS = {"red": "GR", "yellow": "PR", "green": "SL", "arrows": "GR"}
_PLATES: tuple[tuple[Ink, Ink], ...] = (
    ((52, 108, 64), (244, 244, 236)),
    ((116, 76, 46), (244, 232, 206)),
    ((240, 240, 234), (42, 42, 44)),
    ((196, 154, 92), (66, 44, 26)),
    ((236, 204, 66), (40, 38, 36)),
    ((48, 86, 148), (244, 244, 244)),
)


def traits(region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a trail marker in a region."""
    paint = str(random.choice(region.trails))
    style = (
        "signpost"
        if paint == "arrows"
        else str(random.choice(["striped post", "signpost", "plated post"], p=[0.42, 0.42, 0.16]))
    )
    return {
        "style": style,
        "paint": "red" if paint == "arrows" else paint,
        "trail": f"{_TRAILS[paint]} {random.integers(1, 250)}",
        "material": str(random.choice(["wood", "metal"], p=[0.35, 0.65]) if style == "signpost" else "wood"),
        "arms": str(random.integers(1, 5)) if style == "signpost" else "0",
    }


def _stripes(paint: str, cross: bool, random: np.random.Generator) -> Image.Image:
    """Draw two worn painted stripes, the upper one white."""
    upper, lower = PAINTS[paint]
    picture = Image.new("RGBA", (100, 90), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 2, 100, 42), fill=(*upper, 255))
    draw.rectangle((0, 48, 100, 88), fill=(*lower, 255))
    if cross:
        picture = picture.rotate(35, expand=False)
    worn = random.random((90, 100)) > random.uniform(0.02, 0.3)
    chips = Image.fromarray(worn.astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(1.3))
    picture.putalpha(Image.composite(picture.getchannel("A"), Image.new("L", picture.size, 0), chips))
    return picture


def _arm(
    facts: Traits, right: bool, plate: tuple[Ink, Ink], destination: str, random: np.random.Generator
) -> Image.Image:
    """Draw an arm of a signpost: destination, distance and the stripes of the trail."""
    ground, text = plate
    picture = Image.new("RGBA", (300, 72), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 2), (262, 2), (298, 36), (262, 70), (0, 70)], fill=(*ground, 255))
    draw_fitted(draw, (14, 6, 214, 40), destination, text)
    draw_fitted(draw, (14, 40, 130, 68), f"{random.integers(1, 25)},{random.integers(0, 9)} km", text)
    if random.random() < 0.7:
        upper, lower = PAINTS[facts["paint"]]
        draw.rectangle((220, 14, 258, 30), fill=upper)
        draw.rectangle((220, 33, 258, 49), fill=lower)
    if not right:
        lettering = picture.crop((0, 0, 262, 72))
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        picture.paste(lettering, (38, 0), lettering)
    return picture


def _both_sides(
    picture: Image.Image, wide: float, high: float, at: tuple[float, float, float], turn: float
) -> list[Solid]:
    """Build a thin plate that starts at the post and points along `turn` radians, with its image on both sides."""
    x, y, z = at
    cos, sin = math.cos(turn), math.sin(turn)
    ends = [(x - cos * 0.1, y - sin * 0.1), (x + cos * (wide - 0.1), y + sin * (wide - 0.1))]
    corners = np.array([[*ends[0], z + high], [*ends[1], z + high], [*ends[1], z], [*ends[0], z]])
    mirrored = np.stack([corners[1], corners[0], corners[3], corners[2]])
    return [Panel(corners, picture, 0.3), Panel(mirrored, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.3)]


def _signpost(facts: Traits, random: np.random.Generator) -> Site:
    high = random.uniform(1.7, 2.3)
    if facts["material"] == "wood":
        colour: Colour = (128 * random.uniform(0.8, 1.2), 94.0, 62.0)
        solids: list[Solid] = [rod((0, 0, 0), (0, 0, high), random.uniform(0.05, 0.08), colour)]
    else:
        solids = [
            rod((0, 0, 0), (0, 0, high), 0.035, ((148, 152, 154), (86, 92, 90), (60, 84, 66))[int(random.integers(3))])
        ]
    plate = _PLATES[int(random.integers(len(_PLATES)))]
    z = high - 0.32
    names = facts["towns"].split("|")
    for index in range(int(facts["arms"])):
        right = bool(random.random() < 0.5)
        turn = (0.0 if right else math.pi) + random.normal(0, 0.3)
        wide, tall = random.uniform(0.65, 0.95), random.uniform(0.18, 0.25)
        arm = _arm(facts, True, plate, names[index % len(names)], random)
        if not right:
            arm = _arm(facts, False, plate, names[index % len(names)], random).transpose(
                Image.Transpose.FLIP_LEFT_RIGHT
            )
        solids += _both_sides(arm, wide, tall, (0, -0.05, z), turn)
        z -= tall + random.uniform(0.02, 0.06)
    if random.random() < 0.5:
        solids.append(upright(_stripes(facts["paint"], False, random), 0.1, 0.14, (0, -0.09, z - 0.2)))
    return Site([Model(solids)], high + 0.05, 1.2, 1.2, 0.7)


def _post(facts: Traits, random: np.random.Generator) -> Site:
    """Build a wooden post with stripes, sometimes with a small plate."""
    high, wide = random.uniform(0.8, 1.35), random.uniform(0.14, 0.22)
    shade = random.uniform(0.75, 1.15)
    colour: Colour = (138 * shade, 106 * shade, 74 * shade)
    square = random.random() < 0.5
    if square:
        solids: list[Solid] = [
            *box((wide, wide, high), (0, 0, 0), colour, "wood"),
            *box((wide, wide, 0.06), (0, 0, high), colour, "wood", 0.3),
        ]
    else:
        solids = [*drum((wide / 2, 0.01), 0.04, (0, 0, high), colour)]
    front, mark = -wide / 2 - 0.008, wide * (0.98 if square else 0.9)
    top = high - random.uniform(0.05, 0.2)
    cross = random.random() < 0.12
    if square:
        tall = mark * random.uniform(1.2, 1.9)
        solids.append(upright(_stripes(facts["paint"], cross, random), mark, tall, (0, front, top - tall)))
    else:
        tall = random.uniform(0.18, 0.36)
        upper, lower = ((float(red), float(green), float(blue)) for red, green, blue in PAINTS[facts["paint"]])
        cuts = (high, top, top - tall / 2, top - tall, (top - tall) / 2, 0.0)
        # The post is drawn in segments: stripes around a single rod could be sorted in front of it or behind it.
        for above, below, paint in zip(cuts, cuts[1:], (colour, upper, lower, colour, colour), strict=False):
            solids.append(rod((0, 0, below), (0, 0, above), wide / 2 + (0.003 if paint is not colour else 0.0), paint))
    if facts["style"] == "plated post" or random.random() < 0.25:
        ground, text = _PLATES[int(random.integers(len(_PLATES)))]
        picture = Image.new("RGB", (110, 110), ground)
        draw = ImageDraw.Draw(picture)
        draw_fitted(draw, (8, 6, 102, 52), facts["trail"], text)
        arrow(draw, (55, 80), 70, float(random.choice([0.0, math.pi, math.pi / 2])), text)
        side = max(mark * 1.25, 0.16)
        z = top - tall - side - 0.05
        solids.append(upright(picture, side, side, (0, front - 0.012, z), 0.3))
        solids.append(Face(upright(picture, side, side, (0, front - 0.002, z)).corners, colour))
    models = [Model(solids).placed(0, 0, random.normal(0, 0.15))]
    if random.random() < 0.75:
        green: Colour = (96, 118, 54) if random.random() < 0.6 else (158, 140, 84)
        models += tufts_of_grass(int(random.integers(6, 40)), 0.7, green, random)
    return Site(models, high * 1.05, max(wide, 0.5), 0.9, 0.75)


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the trail marker described by the traits."""
    return (_signpost if facts["style"] == "signpost" else _post)(facts, random)
