"""Figures small enough for one page: fewer colours for charts, fewer pixels for photos, within a budget of bytes."""

import base64
import io
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, ImageOps

from components.errors import DataError


@dataclass(frozen=True)
class Quality:
    """How far figures are reduced.

    Attributes:
        colours: Of a chart, which keeps its pixels down to `chart_width` and loses nothing else.
        chart_width: Widest chart, in pixels.
        photo_width: Widest figure made of photos, in pixels.
        photo_quality: WebP quality of those, 0 to 100.
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
"""From what the eye cannot tell from the file to what can just be recognised."""

COLOURS_OF_A_CHART = 250
"""A figure has fewer of the 4096 coarse colours when it is a chart (up to 102 were seen), more when it shows photos
(from 558)."""

MARGIN = 0.95
"""Part of the budget that an estimate from a few figures may fill."""

SAMPLES = 2
"""Figures of each name that are tried to estimate a step of the ladder."""


@dataclass(frozen=True)
class Picture:
    """A figure as it stands on the page: its address with the bytes in it, and its size in pixels."""

    source: str
    width: int
    height: int


@dataclass(frozen=True)
class Reduction:
    """What became of all figures.

    Attributes:
        pictures: By file; without those that could not be read or did not fit.
        unreadable: Files that are no images, each with the reason.
        quality: The step of the ladder; None when not even the last one fitted the budget.
        step: Its number, from 0.
    """

    pictures: Mapping[Path, Picture]
    unreadable: Mapping[Path, str]
    quality: Quality | None
    step: int


def reduce_figures(files: Sequence[Path], budget: int, on_figure: Callable[[], None] = lambda: None) -> Reduction:
    """Encode figures as WebP for a page, all at the first step of the ladder at which they fit.

    Args:
        files: PNG files; those of the same name are of the same kind.
        budget: Bytes that all of them may take on the page together.
        on_figure: Told of every figure that is encoded.
    """
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        first = bisect_left(LADDER, True, key=lambda quality: _estimate(files, quality, pool) <= MARGIN * budget)
        for step in range(first, len(LADDER)):
            pictures: dict[Path, Picture] = {}
            unreadable: dict[Path, str] = {}
            for file, found in zip(files, pool.map(partial(_try, quality=LADDER[step]), files), strict=True):
                on_figure()
                if isinstance(found, Picture):
                    pictures[file] = found
                else:
                    unreadable[file] = found
            if sum(len(one.source) for one in pictures.values()) <= budget:
                return Reduction(pictures, unreadable, LADDER[step], step)
    return Reduction({}, {}, None, len(LADDER))


def _estimate(files: Sequence[Path], quality: Quality, pool: ThreadPoolExecutor) -> float:
    """Bytes that all files would take, told from a few of each name."""
    total = 0.0
    for name in sorted({file.name for file in files}):
        of_name = [file for file in files if file.name == name]
        found = pool.map(partial(_try, quality=quality), _spread(of_name, SAMPLES))
        sizes = [len(one.source) for one in found if isinstance(one, Picture)]
        total += len(of_name) * sum(sizes) / max(1, len(sizes))
    return total


def _spread(items: Sequence[Path], count: int) -> list[Path]:
    """At most `count` items, evenly from first to last."""
    return [items[index * len(items) // count] for index in range(count)] if len(items) > count else list(items)


def _try(file: Path, quality: Quality) -> Picture | str:
    """The reduced figure, or why there is none."""
    try:
        return encode(file, quality)
    except DataError as error:
        return str(error)


def encode(file: Path, quality: Quality) -> Picture:
    """Reduce one figure: a chart to few colours and no other loss, one that shows photos to fewer pixels and detail.

    Raises DataError when the file cannot be read as an image.
    """
    try:
        with Image.open(file) as opened:
            image = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{file.name} cannot be read as an image: {error}") from error
    stream = io.BytesIO()
    if is_chart(image):
        image = _narrow(image, quality.chart_width)
        few = image.quantize(quality.colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.convert("RGB").save(stream, "WEBP", lossless=True, quality=40, method=2)
    else:
        image = _narrow(image, quality.photo_width)
        image.save(stream, "WEBP", quality=quality.photo_quality, method=4)
    source = "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
    return Picture(source, image.width, image.height)


def is_chart(image: Image.Image) -> bool:
    """Whether a figure is drawn in few colours, as charts are and photos are not."""
    few_pixels = image.resize((max(1, image.width // 3), max(1, image.height // 3)), Image.Resampling.NEAREST)
    return ImageOps.posterize(few_pixels, 4).getcolors(COLOURS_OF_A_CHART) is not None


def _narrow(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    size = (width, max(1, round(image.height * width / image.width)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def figure_files(folders: Iterable[Path]) -> list[Path]:
    """The figures in the folders of some runs, by run and name."""
    return [file for folder in folders for file in sorted((folder / "figures").glob("*.png"))]
