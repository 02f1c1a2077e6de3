"""Effects of the camera and the file format: exposure, colour, blur, noise, rain, vignette, JPEG."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageStat


def add_rain(picture: Image.Image, strength: float, random: np.random.Generator) -> Image.Image:
    """Draw streaks of rain over an image; `strength` is 0 to 1."""
    wide, high = picture.size
    veil = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(veil)
    slant = random.normal(0, 0.12)
    for _ in range(int(150 * strength)):
        x, y, long = random.uniform(0, wide), random.uniform(-20, high), random.uniform(8, 34)
        draw.line((x, y, x + slant * long, y + long), fill=int(random.uniform(30, 96)), width=1)
    return Image.composite(Image.new("RGB", picture.size, (214, 220, 226)), picture, veil)


def motion_blur(picture: Image.Image, length: float, angle: float) -> Image.Image:
    """Apply motion blur of `length` pixels along the direction `angle` in radians."""
    size = 5
    weights = [0.0] * (size * size)
    for part in np.linspace(-0.5, 0.5, 9):
        x = round(size // 2 + part * length * math.cos(angle))
        y = round(size // 2 - part * length * math.sin(angle))
        weights[min(size - 1, max(0, y)) * size + min(size - 1, max(0, x))] += 1
    return picture.filter(ImageFilter.Kernel((size, size), weights, sum(weights)))


def develop(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Apply random exposure, white balance, contrast, saturation, vignetting and sensor noise."""
    picture = ImageEnhance.Color(picture).enhance(float(np.clip(random.normal(1.0, 0.15), 0.5, 1.3)))
    middle = sum(ImageStat.Stat(picture.reduce(8)).mean) / 3 / 255
    # Automatic exposure brings the mean most of the way to middle grey; the rest varies from photo to photo.
    exposure = (0.45 / max(middle, 0.05)) ** 0.6 * 2.0 ** float(np.clip(random.normal(0, 0.2), -0.6, 0.45))
    warm, tint = random.normal(0, 0.04), random.normal(0, 0.012)
    contrast = float(np.clip(random.normal(1.04, 0.1), 0.75, 1.3))
    table: list[int] = []
    for gain in (1 + warm, 1 + tint, 1 - warm):
        level = 0.45 + (np.arange(256) / 255 * gain * exposure - 0.45) * contrast
        # Highlights roll off softly instead of clipping.
        level = np.where(level > 0.82, 0.82 + 0.18 * np.tanh((level - 0.82) / 0.18), level)
        table += np.clip(level * 255 + 0.5, 0, 255).astype(int).tolist()
    values = np.asarray(picture.point(table), dtype=np.float32)
    high, wide = values.shape[:2]
    if random.random() < 0.5:
        y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
        x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
        values = values * (1 - np.float32(random.uniform(0.08, 0.25)) / 2 * (x * x + y * y))[:, :, None]
    deviation = 255 * float(random.choice([0.007, 0.018, 0.035], p=[0.5, 0.35, 0.15]))
    grain = random.standard_normal((high, wide + 2), dtype=np.float32) * np.float32(deviation)
    values = values + np.stack([grain[:, :-2], grain[:, 1:-1], grain[:, 2:]], axis=2)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def random_blur(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Apply defocus or motion blur at random; most photos stay sharp."""
    draw = random.random()
    if draw < 0.10:
        return picture.filter(ImageFilter.GaussianBlur(random.uniform(1.0, 2.2)))
    if draw < 0.18:
        return motion_blur(picture, random.uniform(2.5, 5.0), random.uniform(0, math.pi))
    if draw < 0.6:
        return picture.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8)))
    return picture


def encode_jpeg(picture: Image.Image, exif: bytes, random: np.random.Generator) -> bytes:
    """Encode an image as JPEG of a random quality from 55 to 92."""
    out = io.BytesIO()
    quality = int(random.integers(55, 93))
    if exif:
        picture.save(out, "JPEG", quality=quality, exif=exif)
    else:
        picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
