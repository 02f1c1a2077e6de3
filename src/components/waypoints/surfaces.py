"""Grey texture tiles of surfaces such as stone, wood, brick and grass; a value of 128 keeps the plain colour."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIDE = 256
"""Side of a tile in pixels; tiles repeat without a seam."""

REPEATS = 4
"""Tiles along each side of the image that the textures of faces are cut from."""

_METRES = {
    "stone": 0.9,
    "wood": 0.9,
    "brick": 1.6,
    "ashlar": 3.2,
    "plaster": 3.0,
    "concrete": 1.6,
    "roof": 2.4,
    "grass": 1.5,
    "gravel": 1.1,
    "soil": 2.0,
    "paving": 2.4,
    "asphalt": 1.4,
    "water": 2.2,
    "rubber": 2.0,
    "blotch": 14.0,
    "cloud": 4.0,
}
SURFACES = tuple(_METRES)


def metres(name: str) -> float:
    """Return the length in metres of a tile's side."""
    return _METRES[name]


def noise(seed: int, power: float, stretch: float = 1.0) -> NDArray[np.float32]:
    """Return (SIDE, SIDE) periodic noise of mean 0 and standard deviation 1.

    Amplitudes fall as 1 / frequency ** power; `stretch` above 1 stretches the noise vertically.
    """
    random = np.random.default_rng([seed, 77])
    across = np.fft.rfftfreq(SIDE) * SIDE
    down = np.fft.fftfreq(SIDE) * SIDE * stretch
    radius = np.sqrt(across[None, :] ** 2 + down[:, None] ** 2)
    radius[0, 0] = 1.0
    spectrum = (random.standard_normal(radius.shape) + 1j * random.standard_normal(radius.shape)) / radius**power
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=(SIDE, SIDE))
    scaled: NDArray[np.float32] = (field / field.std()).astype(np.float32)
    return scaled


def _joints(rows: int, columns: int, shift: bool, seed: int) -> NDArray[np.float32]:
    """Return factors around 1 for blocks of varying grey with darker joints."""
    random = np.random.default_rng([seed, 78])
    tile = Image.new("L", (SIDE, SIDE), 88)
    draw = ImageDraw.Draw(tile)
    high, wide = SIDE / rows, SIDE / columns
    for row in range(rows):
        for column in range(-1, columns + 1):
            left = column * wide + (wide / 2 if shift and row % 2 else 0)
            grey = int(128 + random.normal(0, 11))
            draw.rectangle((left + 2, row * high + 2, left + wide - 2, (row + 1) * high - 2), fill=grey)
    blocks: NDArray[np.float32] = np.asarray(tile, dtype=np.float32) / np.float32(128)
    return blocks


def _factor(name: str) -> NDArray[np.float32]:
    unit = np.float32(1.0)
    match name:
        case "stone":
            return unit + 0.10 * noise(1, 0.4) + 0.07 * noise(2, 1.3)
        case "wood":
            return unit + 0.13 * noise(3, 1.0, stretch=14.0) + 0.04 * noise(4, 1.2)
        case "brick":
            return _joints(16, 8, True, 5) * (unit + 0.06 * noise(5, 0.8))
        case "ashlar":
            return _joints(7, 4, True, 6) * (unit + 0.08 * noise(6, 0.9))
        case "plaster":
            return unit + 0.045 * noise(7, 1.5) + 0.02 * noise(8, 0.2)
        case "concrete":
            return unit + 0.06 * noise(9, 1.2) + 0.04 * noise(10, 0.2)
        case "roof":
            rows = np.arange(SIDE, dtype=np.float32)
            waves = 0.16 * np.sin(rows[None, :] * (2 * np.pi * 14 / SIDE))
            courses = np.where(np.arange(SIDE) % 32 < 5, -0.18, 0.0).astype(np.float32)
            roof: NDArray[np.float32] = unit + waves + courses[:, None] + np.float32(0.07) * noise(11, 0.6)
            return roof
        case "grass":
            return unit + 0.20 * noise(12, 0.5, stretch=0.45) + 0.08 * noise(13, 1.6)
        case "gravel":
            return unit + 0.20 * noise(14, 0.15) + 0.06 * noise(15, 1.4)
        case "soil":
            return unit + 0.09 * noise(16, 0.7) + 0.09 * noise(17, 1.5)
        case "paving":
            return _joints(6, 6, False, 18) * (unit + 0.05 * noise(18, 0.7))
        case "asphalt":
            return unit + 0.10 * noise(19, 0.1) + 0.04 * noise(20, 1.5)
        case "water":
            return unit + 0.10 * noise(21, 1.4, stretch=2.5) + 0.03 * noise(22, 0.4)
        case "rubber":
            return unit + 0.07 * noise(23, 0.1) + 0.03 * noise(24, 1.6)
        case "blotch":
            return unit + 0.12 * noise(25, 1.7)
        case "cloud":
            return unit + 0.22 * noise(26, 1.9)
        case _:
            raise KeyError(f"unknown surface {name!r}: expected one of {', '.join(SURFACES)}")


@cache
def factor(name: str) -> NDArray[np.float32]:
    """Return (SIDE, SIDE) factors around 1 by which a colour is multiplied."""
    return np.clip(_factor(name), 0.2, 1.9)


@cache
def tile(name: str, coarse: int = 0) -> Image.Image:
    """Return the factors as a grey image (128 is 1.0) of `REPEATS` x `REPEATS` tiles, halved `coarse` times."""
    grey = (factor(name) * 128).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(np.tile(grey, (REPEATS, REPEATS)))
    return picture.reduce(2**coarse) if coarse else picture


@lru_cache(maxsize=512)
def stamp(name: str, variant: int, size: int) -> Image.Image:
    """Return a mask of size x size pixels: a tuft of leaves, of needles or of grass, or a soft puff."""
    random = np.random.default_rng([variant, len(name), ord(name[0])])
    big = max(size * 2, 24)
    mask = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(mask)
    if name == "grass":
        for _ in range(16):
            foot, tip = random.uniform(0.25, 0.75), random.uniform(0.0, 1.0)
            top = random.uniform(0.0, 0.5)
            wide = random.uniform(0.02, 0.05)
            draw.polygon([((foot - wide) * big, big), ((foot + wide) * big, big), (tip * big, top * big)], fill=255)
    elif name == "puff":
        draw.ellipse((big * 0.08, big * 0.08, big * 0.92, big * 0.92), fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(big * 0.06))
    else:
        count, length, wide = (34, 0.15, 0.085) if name == "leaf" else (46, 0.2, 0.025)
        for _ in range(count):
            distance, angle = random.uniform(0.0, 0.4) ** 0.8, random.uniform(0, 2 * np.pi)
            x, y = 0.5 + distance * np.cos(angle), 0.5 + distance * np.sin(angle)
            turn = random.uniform(0, 2 * np.pi)
            along = np.array([np.cos(turn), np.sin(turn)]) * length * random.uniform(0.6, 1.3)
            side = np.array([-along[1], along[0]]) * (wide / length)
            corners = np.stack([along, side, -along, -side]) + np.array([x, y])
            draw.polygon((corners * big).ravel().tolist(), fill=255)
    return mask.resize((size, size), Image.Resampling.BOX)
