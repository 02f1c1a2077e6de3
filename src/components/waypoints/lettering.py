"""Flat images printed on boards and plates: text, maps, photographs, arrows and signs."""

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Ink = tuple[int, int, int]

_WORDS = [
    "ruta",
    "senda",
    "camino",
    "valle",
    "sierra",
    "monte",
    "fauna",
    "flora",
    "historia",
    "puente",
    "molino",
    "agua",
    "fuente",
    "iglesia",
    "castillo",
    "romano",
    "medieval",
    "siglo",
    "piedra",
    "bosque",
    "aves",
    "encinas",
    "robles",
    "fluvial",
    "km",
    "metros",
    "altitud",
    "recorrido",
    "información",
    "patrimonio",
    "cultural",
    "natural",
    "paisaje",
    "mirador",
    "vega",
    "arroyo",
    "cerro",
    "ayuntamiento",
    "diputación",
    "parque",
    "normas",
    "uso",
]


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's default font in this size."""
    return ImageFont.load_default(size=size)


def ink(colour: tuple[float, float, float]) -> Ink:
    """Round a colour to integers from 0 to 255."""
    red, green, blue = (max(0, min(255, round(channel))) for channel in colour)
    return red, green, blue


def draw_line(draw: ImageDraw.ImageDraw, corner: tuple[float, float], text: str, size: int, colour: Ink) -> None:
    """Draw one line of text with its top left corner at `corner`."""
    draw.text(corner, text, fill=colour, font=font(size))


def draw_fitted(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], text: str, colour: Ink) -> None:
    """Draw one line of text centred in a box, as large as fits."""
    wide, high = box[2] - box[0], box[3] - box[1]
    size = max(6, int(min(high * 0.8, 1.9 * wide / max(1, len(text)))))
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    draw.text(middle, text, fill=colour, font=font(size), anchor="mm")


def paragraph(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    size: int,
    colour: Ink,
    random: np.random.Generator,
) -> None:
    """Fill a box with lines of random words."""
    left, top, right, bottom = box
    y = top
    while y + size <= bottom:
        until = right if random.random() < 0.8 else left + (right - left) * random.uniform(0.3, 0.8)
        count = max(1, int((until - left) / (size * 3.2)))
        line = " ".join(random.choice(_WORDS, size=count))
        draw_line(draw, (left, y), line[: max(2, int((until - left) / (size * 0.5)))], size, colour)
        y += size * 1.35


def map_picture(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Draw a hiking map: relief, woods, a river, roads, a route with stops."""
    wide, high = size
    paper = [(226, 232, 204), (240, 234, 210), (206, 222, 196), (234, 226, 190)][int(random.integers(4))]
    picture = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(picture)
    for _ in range(9):
        x, y, r = random.uniform(0, wide), random.uniform(0, high), random.uniform(0.08, 0.28) * high
        tint = [(182, 206, 152), (160, 190, 132), (226, 210, 168)][int(random.integers(3))]
        draw.ellipse((x - r * 1.5, y - r, x + r * 1.5, y + r), fill=tint)
    for colour, width, count in (((96, 150, 200), 4, 1), ((150, 120, 96), 2, 3), ((206, 60, 48), 4, 1)):
        for _ in range(count):
            steps = np.linspace(-0.1, 1.1, 9)
            drift = np.cumsum(random.normal(0, 0.09, 9)) + random.uniform(0.25, 0.75)
            line = np.column_stack([steps * wide, drift * high])
            if random.random() < 0.4:
                line = np.column_stack([drift * wide, steps * high])
            draw.line(line.ravel().tolist(), fill=colour, width=max(1, width * high // 160), joint="curve")
    for number in range(5):
        x, y = random.uniform(0.08, 0.92) * wide, random.uniform(0.1, 0.9) * high
        r = max(3, high // 28)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(196, 44, 40), outline=(255, 255, 255))
        if high > 120:
            draw_line(draw, (x + r + 2, y - r), f"{number + 1}", max(8, high // 16), (60, 50, 44))
    draw.rectangle((0, 0, wide - 1, high - 1), outline=(90, 84, 70), width=2)
    return picture


def photo_picture(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Draw a small landscape with a house, an animal or a tree."""
    wide, high = size
    sky = ink(tuple(np.array([150, 190, 226]) + random.normal(0, 22, 3)))
    picture = Image.new("RGB", size, sky)
    draw = ImageDraw.Draw(picture)
    horizon = high * random.uniform(0.4, 0.7)
    hills = np.column_stack([np.linspace(0, wide, 8), horizon - random.uniform(0, 0.3, 8) * high])
    draw.polygon([(0, high), *map(tuple, hills.tolist()), (wide, high)], fill=ink((96, 124 + random.normal(0, 16), 84)))
    draw.rectangle((0, horizon, wide, high), fill=ink(tuple(np.array([150, 146, 92]) + random.normal(0, 20, 3))))
    x = wide * random.uniform(0.3, 0.7)
    match int(random.integers(3)):
        case 0:
            draw.rectangle(
                (x - wide * 0.14, horizon - high * 0.2, x + wide * 0.14, horizon + high * 0.12), fill=(200, 176, 140)
            )
            draw.polygon(
                [
                    (x - wide * 0.18, horizon - high * 0.2),
                    (x, horizon - high * 0.4),
                    (x + wide * 0.18, horizon - high * 0.2),
                ],
                fill=(152, 84, 62),
            )
        case 1:
            draw.ellipse(
                (x - wide * 0.2, horizon - high * 0.2, x + wide * 0.12, horizon + high * 0.12), fill=(86, 70, 58)
            )
            draw.ellipse(
                (x + wide * 0.05, horizon - high * 0.32, x + wide * 0.2, horizon - high * 0.1), fill=(104, 84, 66)
            )
        case _:
            draw.rectangle((x - 2, horizon - high * 0.1, x + 2, horizon + high * 0.2), fill=(84, 64, 44))
            draw.ellipse((x - wide * 0.15, horizon - high * 0.42, x + wide * 0.15, horizon), fill=(62, 100, 48))
    return picture


def arrow(
    draw: ImageDraw.ImageDraw,
    centre: tuple[float, float],
    length: float,
    turn: float,
    colour: Ink | int,
    thick: float = 0.22,
) -> None:
    """Draw an arrow pointing along `turn` radians (0 is right, counter-clockwise)."""
    cos, sin = math.cos(turn), -math.sin(turn)
    shape = [
        (-0.5, -thick / 2),
        (0.12, -thick / 2),
        (0.12, -thick * 1.35),
        (0.5, 0.0),
        (0.12, thick * 1.35),
        (0.12, thick / 2),
        (-0.5, thick / 2),
    ]
    draw.polygon(
        [(centre[0] + length * (x * cos - y * sin), centre[1] + length * (x * sin + y * cos)) for x, y in shape],
        fill=colour,
    )


def shell(picture: Image.Image, centre: tuple[float, float], size: float, turn: float, colour: Ink, gap: Ink) -> None:
    """Draw the scallop shell of the Camino: a fan of ribs from `centre` towards `turn` radians."""
    draw = ImageDraw.Draw(picture)
    angles = np.linspace(-1.15, 1.15, 37)
    reach = size * (1 - 0.10 * np.abs(angles)) * (1 + 0.035 * np.cos(angles * 22))
    x = centre[0] + np.cos(turn + angles) * reach
    y = centre[1] - np.sin(turn + angles) * reach
    draw.polygon([centre, *zip(x.tolist(), y.tolist(), strict=True)], fill=colour)
    for angle in np.linspace(-1.0, 1.0, 8):
        end = (centre[0] + math.cos(turn + angle) * size * 0.93, centre[1] - math.sin(turn + angle) * size * 0.93)
        draw.line((*centre, *end), fill=gap, width=max(1, int(size * 0.05)))
    hinge = size * 0.24
    draw.ellipse((centre[0] - hinge, centre[1] - hinge, centre[0] + hinge, centre[1] + hinge), fill=colour)


def small_sign(random: np.random.Generator) -> Image.Image:
    """Draw a sign with rules or a direction, 96 x 120 pixels."""
    ground, text = [
        ((244, 244, 240), (40, 44, 52)),
        ((34, 86, 150), (240, 240, 240)),
        ((40, 106, 64), (238, 240, 232)),
        ((236, 214, 120), (46, 40, 30)),
        ((120, 82, 52), (236, 228, 208)),
    ][int(random.integers(5))]
    picture = Image.new("RGB", (96, 120), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((3, 3, 92, 116), outline=text, width=2)
    if random.random() < 0.6:
        draw.ellipse((26, 12, 70, 56), outline=(196, 40, 36), width=7)
        draw.line((34, 48, 62, 20), fill=(196, 40, 36), width=6)
    else:
        arrow(draw, (48, 34), 56, float(random.choice([0.0, math.pi, math.pi / 2])), text)
    paragraph(draw, (12, 66, 86, 112), 9, text, random)
    return picture
