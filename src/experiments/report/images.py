"""Reduce figures to a budget of bytes for one page: fewer colours for charts, fewer pixels for photos."""

import os
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, ImageOps

from components.errors import DataError
from components.figures import data_uri


@dataclass(frozen=True)
class Quality:
    """How far figures are reduced.

    Attributes:
        colours: Number of colours of a chart, which is encoded without other losses.
        chart_width: Largest width of a chart, in pixels.
        photo_width: Largest width of a figure that shows photos, in pixels.
        photo_quality: WebP quality of a figure that shows photos, 0 to 100.
    """

    colours: int
    chart_width: int
    photo_width: int
    photo_quality: int


LADDER = (
    Quality(64, 1600, 1600, 85),
    Quality(32, 1100, 1050, 65),
    Quality(32, 1100, 760, 50),
    Quality(24, 1100, 640, 40),
    Quality(16, 1100, 540, 30),
    Quality(16, 880, 480, 25),
    Quality(16, 720, 400, 25),
    Quality(12, 560, 320, 20),
    Quality(8, 400, 220, 20),
)
"""From indistinguishable from the file by eye to just recognisable."""

COLOURS_OF_A_CHART = 250
"""A figure with fewer of the 4096 coarse colours is a chart (up to 102 were measured), one with more shows photos (from
558)."""

MARGIN = 0.95
"""Part of the budget that the estimated size may fill."""

SAMPLES = 2
"""Number of figures of each name that are encoded to estimate the size at a step of the ladder."""


@dataclass(frozen=True)
class EmbeddedImage:
    """A figure as the page embeds it: `data:` address, width and height in pixels."""

    source: str
    width: int
    height: int


@dataclass(frozen=True)
class Reduction:
    """All figures of a page, reduced.

    Attributes:
        images: Embedded images by file; without files that could not be read, and empty if none fitted.
        unreadable: Files that are not images, mapped to the reason.
        quality: The step of the ladder that was used; None if not even the last step fitted the budget.
        step: Number of that step, from 0.
    """

    images: Mapping[Path, EmbeddedImage]
    unreadable: Mapping[Path, str]
    quality: Quality | None
    step: int


def reduce_figures(files: Sequence[Path], budget: int, on_figure: Callable[[], None] = lambda: None) -> Reduction:
    """Encode figures as WebP, all at the first step of the ladder at which they fit the budget.

    Args:
        files: PNG files; files of the same name are figures of the same kind.
        budget: Bytes that all of them together may take on the page.
        on_figure: Called after each figure that is encoded.
    """
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        first = bisect_left(LADDER, True, key=lambda quality: _estimate(files, quality, pool) <= MARGIN * budget)
        for step in range(first, len(LADDER)):
            images: dict[Path, EmbeddedImage] = {}
            unreadable: dict[Path, str] = {}
            for file, found in zip(files, pool.map(partial(_try, quality=LADDER[step]), files), strict=True):
                on_figure()
                if isinstance(found, EmbeddedImage):
                    images[file] = found
                else:
                    unreadable[file] = found
            if sum(len(image.source) for image in images.values()) <= budget:
                return Reduction(images, unreadable, LADDER[step], step)
    return Reduction({}, {}, None, len(LADDER))


def _estimate(files: Sequence[Path], quality: Quality, pool: ThreadPoolExecutor) -> float:
    """Estimate the bytes that all files would take from a few of each name."""
    total = 0.0
    for name in sorted({file.name for file in files}):
        of_name = [file for file in files if file.name == name]
        found = pool.map(partial(_try, quality=quality), _evenly(of_name, SAMPLES))
        sizes = [len(image.source) for image in found if isinstance(image, EmbeddedImage)]
        total += len(of_name) * sum(sizes) / max(1, len(sizes))
    return total


def _evenly(items: Sequence[Path], count: int) -> list[Path]:
    """At most `count` items, evenly spaced."""
    return [items[index * len(items) // count] for index in range(count)] if len(items) > count else list(items)


def _try(file: Path, quality: Quality) -> EmbeddedImage | str:
    """Return the reduced figure, or why it cannot be read."""
    try:
        return encode(file, quality)
    except DataError as error:
        return str(error)


def encode(file: Path, quality: Quality) -> EmbeddedImage:
    """Reduce one figure: a chart to few colours, a figure that shows photos to fewer pixels and a lower quality.

    Raises:
        DataError: If the file cannot be read as an image.
    """
    try:
        with Image.open(file, formats=("PNG",)) as opened:
            image = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{file.name} cannot be read as an image: {error}") from error
    if is_chart(image):
        image = _narrow(image, quality.chart_width)
        few = image.quantize(quality.colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        source = data_uri(few.convert("RGB"), lossless=True, quality=40, method=2)
    else:
        image = _narrow(image, quality.photo_width)
        source = data_uri(image, quality=quality.photo_quality, method=4)
    return EmbeddedImage(source, image.width, image.height)


def is_chart(image: Image.Image) -> bool:
    """Return whether a figure has few colours, as charts have and photos have not."""
    few_pixels = image.resize((max(1, image.width // 3), max(1, image.height // 3)), Image.Resampling.NEAREST)
    return ImageOps.posterize(few_pixels, 4).getcolors(COLOURS_OF_A_CHART) is not None


def _narrow(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    size = (width, max(1, round(image.height * width / image.width)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
