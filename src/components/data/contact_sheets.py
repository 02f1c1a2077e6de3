"""Contact sheets: some photos of each class on one image."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.data.manifest import Manifest
from components.data.pixels import Photos
from components.wording import counted

SIDE, GAP, MARGIN, HEADING, CAPTION = 128, 10, 24, 34, 18
INK, FAINT, PAPER, FRAME = (34, 34, 34), (120, 120, 120), (255, 255, 255), (225, 225, 225)


def contact_sheet(
    manifest: Manifest, photos: Photos, *, per_class: int = 8, max_classes: int = 40, seed: int = 0
) -> Image.Image:
    """Draw photos of each class as the networks see them, with their file names.

    Args:
        manifest: `photos.manifest`, with the split that will be used.
        photos: The decoded photos.
        per_class: Photos per class, drawn at random.
        max_classes: Largest number of classes; the number of further classes is printed at the end.
        seed: Seed of the draw.

    Returns:
        An RGB image.
    """
    labels = sorted(set(manifest.label.tolist()))
    shown, more = labels[:max_classes], len(labels) - max_classes
    bold, plain, small = _font("DejaVuSans-Bold", 15), _font("DejaVuSans", 13), _font("DejaVuSans", 10)
    row_height = HEADING + SIDE + CAPTION + GAP
    width = 2 * MARGIN + per_class * (SIDE + GAP) - GAP
    height = 2 * MARGIN + len(shown) * row_height + (HEADING if more > 0 else 0)
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    for position, label in enumerate(shown):
        top = MARGIN + position * row_height
        rows = np.flatnonzero(manifest.label == label)
        heading = label or "no label"
        pen.text((MARGIN, top), heading, fill=INK, font=bold)
        count_left = MARGIN + pen.textlength(heading, bold) + GAP
        pen.text((count_left, top + 2), counted(len(rows), "photo"), fill=FAINT, font=plain)
        drawn = np.random.default_rng([seed, position]).permutation(rows)[:per_class]
        for column, row in enumerate(sorted(drawn.tolist())):
            left, upper = MARGIN + column * (SIDE + GAP), top + HEADING - 8
            photo = Image.fromarray(np.asarray(photos.array[row])).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            sheet.paste(photo, (left, upper))
            pen.rectangle((left - 1, upper - 1, left + SIDE, upper + SIDE), outline=FRAME)
            name = _fitted(Path(manifest.path[row]).name, pen, small)
            pen.text((left, upper + SIDE + 3), name, fill=FAINT, font=small)
    if more > 0:
        last = f"and {counted(more, 'more class', 'more classes')}"
        pen.text((MARGIN, MARGIN + len(shown) * row_height), last, fill=FAINT, font=plain)
    return sheet


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    import matplotlib as mpl  # ships fonts with accented letters

    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"), size)


def _fitted(text: str, pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont) -> str:
    """Shorten the text in the middle until it is no wider than a photo."""
    if pen.textlength(text, font) <= SIDE:
        return text
    keep = next(n for n in range(len(text), 0, -1) if pen.textlength(text[:n] + "…" + text[-8:], font) <= SIDE)
    return text[:keep] + "…" + text[-8:]
