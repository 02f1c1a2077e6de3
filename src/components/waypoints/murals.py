"""Class resto: murals and graffiti painted on walls."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from components.waypoints.lettering import Ink, draw_fitted, ink
from components.waypoints.region import Region
from components.waypoints.site import Site, Traits
from components.waypoints.solids import Colour, Model, box, upright

_MOTIFS = ("a face", "birds", "flowers", "geometric shapes", "letters", "a landscape")


def traits(_region: Region, random: np.random.Generator) -> Traits:
    """Draw the traits of a mural."""
    return {
        "motif": str(random.choice(_MOTIFS)),
        "colour": str(random.choice(["blue", "orange", "green", "pink", "purple", "yellow"])),
        "wall": str(random.choice(["brick", "plaster", "concrete"])),
    }


_HUES: dict[str, Ink] = {
    "blue": (40, 96, 190),
    "orange": (232, 120, 40),
    "green": (60, 150, 80),
    "pink": (226, 90, 140),
    "purple": (120, 70, 160),
    "yellow": (240, 200, 60),
}


def _random_ink(random: np.random.Generator) -> Ink:
    red, green, blue = np.clip(random.uniform(20, 250, 3), 0, 255).astype(int).tolist()
    return red, green, blue


def _face(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    x, y, r = wide * random.uniform(0.35, 0.65), high * 0.52, high * 0.36
    draw.ellipse((x - r * 1.2, y - r * 1.25, x + r * 1.2, y + r * 1.3), fill=_random_ink(random))
    draw.ellipse((x - r * 0.8, y - r, x + r * 0.8, y + r * 1.1), fill=(224, 176 + int(random.integers(-40, 20)), 136))
    for side in (-1, 1):
        ex = x + side * r * 0.36
        draw.ellipse((ex - r * 0.18, y - r * 0.26, ex + r * 0.18, y - r * 0.06), fill=(250, 250, 246))
        draw.ellipse((ex - r * 0.08, y - r * 0.24, ex + r * 0.08, y - r * 0.08), fill=_random_ink(random))
        draw.arc(
            (ex - r * 0.26, y - r * 0.5, ex + r * 0.26, y - r * 0.1),
            200,
            340,
            fill=(50, 30, 24),
            width=max(2, int(r * 0.06)),
        )
    draw.line(
        (x, y - r * 0.1, x - r * 0.1, y + r * 0.3, x + r * 0.08, y + r * 0.32),
        fill=(150, 96, 72),
        width=max(2, int(r * 0.05)),
    )
    draw.chord((x - r * 0.34, y + r * 0.36, x + r * 0.34, y + r * 0.72), 0, 180, fill=(186, 52, 60))


def _birds(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(2, 6))):
        x, y, s = random.uniform(0.1, 0.9) * wide, random.uniform(0.2, 0.8) * high, high * random.uniform(0.12, 0.26)
        body = _random_ink(random)
        draw.ellipse((x - s, y - s * 0.45, x + s, y + s * 0.45), fill=body)
        draw.ellipse((x + s * 0.6, y - s * 0.75, x + s * 1.3, y - s * 0.05), fill=body)
        draw.polygon(
            [(x + s * 1.25, y - s * 0.5), (x + s * 1.6, y - s * 0.35), (x + s * 1.25, y - s * 0.25)],
            fill=(240, 180, 40),
        )
        draw.polygon(
            [(x - s * 0.5, y), (x + s * 0.4, y - s * 0.2), (x - s * 0.6, y - s * 1.2)], fill=_random_ink(random)
        )
        draw.polygon(
            [(x - s * 0.8, y), (x - s * 1.7, y - s * 0.3), (x - s * 1.6, y + s * 0.3)], fill=_random_ink(random)
        )


def _flowers(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(4, 10))):
        x, y, s = random.uniform(0.05, 0.95) * wide, random.uniform(0.15, 0.7) * high, high * random.uniform(0.07, 0.2)
        draw.line((x, y, x + random.normal(0, s), high), fill=(50, 120, 60), width=max(3, int(s * 0.16)))
        petal, petals = _random_ink(random), int(random.integers(5, 9))
        for i in range(petals):
            a = 2 * math.pi * i / petals
            px, py = x + s * 0.65 * math.cos(a), y + s * 0.65 * math.sin(a)
            draw.ellipse((px - s * 0.42, py - s * 0.42, px + s * 0.42, py + s * 0.42), fill=petal)
        draw.ellipse((x - s * 0.35, y - s * 0.35, x + s * 0.35, y + s * 0.35), fill=(244, 206, 60))


def _shapes(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(12, 26))):
        x, y, s = random.uniform(0, wide), random.uniform(0, high), high * random.uniform(0.08, 0.4)
        if random.random() < 0.4:
            draw.ellipse((x - s, y - s, x + s, y + s), fill=_random_ink(random))
        else:
            draw.polygon(
                (random.uniform(-1, 1, (int(random.integers(3, 5)), 2)) * s + (x, y)).ravel().tolist(),
                fill=_random_ink(random),
            )


def _letters(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    _shapes(draw, wide, high, random)
    word = str(random.choice(["LIBRE", "BARRIO", "ARTE", "VIVE", "SOL", "HENAR", "CAMINO", "RITMO"]))
    for shift, colour in ((0.03, (20, 20, 24)), (0.0, _random_ink(random))):
        box_ = (wide * (0.06 + shift), high * (0.2 + shift), wide * (0.94 + shift), high * (0.8 + shift))
        draw_fitted(draw, box_, word, colour)


def _landscape(draw: ImageDraw.ImageDraw, wide: int, high: int, random: np.random.Generator) -> None:
    draw.ellipse((wide * 0.65, high * 0.1, wide * 0.65 + high * 0.3, high * 0.4), fill=(250, 220, 110))
    for level in range(5):
        x = np.linspace(0, wide, 12)
        y = high * (0.4 + 0.13 * level) - high * 0.12 * np.sin(x / wide * random.uniform(3, 9) + random.uniform(0, 6))
        draw.polygon([(0, high), *zip(x.tolist(), y.tolist(), strict=True), (wide, high)], fill=_random_ink(random))


_PAINTERS = {
    "a face": _face,
    "birds": _birds,
    "flowers": _flowers,
    "geometric shapes": _shapes,
    "letters": _letters,
    "a landscape": _landscape,
}


def build(facts: Traits, random: np.random.Generator) -> Site:
    """Build the wall and the mural described by the traits."""
    wide, high = random.uniform(4.0, 9.0), random.uniform(2.4, 4.5)
    pixels = (640, int(640 * high / wide))
    base = ink(tuple(np.array(_HUES[facts["colour"]]) + random.normal(0, 20, 3)))
    picture = Image.new("RGB", pixels, base)
    _PAINTERS[facts["motif"]](ImageDraw.Draw(picture), *pixels, random)
    picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    colours: dict[str, Colour] = {"brick": (172, 104, 78), "plaster": (214, 204, 184), "concrete": (170, 168, 162)}
    walls = [Model(box((wide * 1.25, 0.4, high * 1.12), (0, 0.2, 0), colours[facts["wall"]], facts["wall"]))]
    panel = Model(
        [upright(picture, wide, high * 0.94, (0, -0.02, high * 0.06))], walls[0].anchor - np.array([0, 0.3, 0])
    )
    return Site([*walls, panel], high * 1.1, wide, 3.0, 0.7)
