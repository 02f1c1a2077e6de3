"""Views of photos: mirror image, crops and another size, over which the features of a frozen backbone are averaged."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal

from torch import Tensor
from torch.nn import functional

View = Literal["mirror", "crops", "sizes"]

CROP = 7 / 8
"""Side of a crop, as a share of the side of the photo."""
SMALLER = 4 / 5
"""Side of the smaller copy, as a share of the side of the photo."""

Box = tuple[int, int, int, int]
"""Top, left, height and width in pixels."""


def views_of(images: Tensor, views: Sequence[View], multiple: int = 1) -> Iterator[Tensor]:
    """Yield every combination of the views, beginning with the photos as they are.

    Args:
        images: (B, 3, H, W), floating point.
        views: "mirror": the photo and its mirror image. "crops": the photo and five crops of 7/8 of its side, from the
            centre and the corners, resized to the side of the photo. "sizes": each of these also at 4/5 of the size.
        multiple: The smaller side is rounded to a multiple of this number of pixels.

    Yields:
        (B, 3, h, w), resized with antialiased bilinear interpolation.
    """
    height, width = images.shape[-2:]
    boxes = crop_boxes(height, width) if "crops" in views else []
    sizes = [(height, width)]
    if "sizes" in views:
        sizes.append((smaller_side(height, multiple), smaller_side(width, multiple)))
    for (top, left, rows, columns), size in product([(0, 0, height, width), *boxes], sizes):
        view = resized(images[..., top : top + rows, left : left + columns], size)
        yield view
        if "mirror" in views:
            yield view.flip(-1)


def crop_boxes(height: int, width: int) -> list[Box]:
    """Return the boxes of the five crops of a photo: centre, then the corners from top left to bottom right."""
    rows, columns = round(height * CROP), round(width * CROP)
    bottom, right = height - rows, width - columns
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right)]
    return [(top, left, rows, columns) for top, left in [(bottom // 2, right // 2), *corners]]


def smaller_side(side: int, multiple: int = 1) -> int:
    """Return 4/5 of a side, rounded to a multiple of a number of pixels, of which it is at least one."""
    return max(1, round(side * SMALLER / multiple)) * multiple


def resized(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Return images (B, 3, H, W) at another size (height, width), by antialiased bilinear interpolation."""
    if tuple(images.shape[-2:]) == size:
        return images
    return functional.interpolate(images, size, mode="bilinear", antialias=True, align_corners=False)
