"""Random rotation, shift, shear and zoom, as Keras's ImageDataGenerator draws and composes them."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from components.augmentations.random_numbers import uniform
from components.errors import ConfigError


class RandomAffine:
    """Each photo turned, shifted, sheared and zoomed by its own numbers, in one batched resampling.

    Bilinear; what lies outside repeats the nearest edge pixel. Source: thesis, augmentation (Keras's
    ImageDataGenerator with fill_mode "nearest").
    """

    def __init__(
        self, *, rotation: float = 0.0, shift: float = 0.0, shear: float = 0.0, zoom: Sequence[float] = (1.0, 1.0)
    ) -> None:
        """Keep the ranges that the numbers are drawn from, uniformly.

        Args:
            rotation: Up to so many degrees either way.
            shift: Up to this fraction of the width either way, and of the height.
            shear: Up to so many degrees either way.
            zoom: Lowest and highest factor; one is drawn for the width and another for the height. As in Keras it
                scales the sampling grid: below 1 magnifies, above 1 shrinks.

        Raises:
            ConfigError: A range is negative or `zoom` is not (low, high) with 0 < low <= high.
        """
        for name, value in (("rotation", rotation), ("shift", shift), ("shear", shear)):
            if value < 0:
                raise ConfigError(f"RandomAffine {name}={value}: expected 0 or more")
        if len(zoom) != 2 or not 0 < zoom[0] <= zoom[1]:
            raise ConfigError(f"RandomAffine zoom={list(zoom)}: expected [low, high] with 0 < low <= high")
        self.rotation, self.shift, self.shear = rotation, shift, shear
        self.zoom = (float(zoom[0]), float(zoom[1]))

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Augment `images` (B, 3, H, W) to floats in [0, 1]; `targets` stay."""
        count, _, height, width = images.shape
        matrices = sampling_matrices(
            rotation=uniform(-self.rotation, self.rotation, count, generator),
            shift_x=width * uniform(-self.shift, self.shift, count, generator),
            shift_y=height * uniform(-self.shift, self.shift, count, generator),
            shear=uniform(-self.shear, self.shear, count, generator),
            zoom_x=uniform(*self.zoom, count, generator),
            zoom_y=uniform(*self.zoom, count, generator),
        )
        return resample(images, matrices.to(images.device)), targets


def sampling_matrices(
    *, rotation: Tensor, shift_x: Tensor, shift_y: Tensor, shear: Tensor, zoom_x: Tensor, zoom_y: Tensor
) -> Tensor:
    """Compose Keras's matrices: rotation · shift · shear · zoom.

    Args:
        rotation: (B,) degrees.
        shift_x: (B,) pixels.
        shift_y: (B,) pixels.
        shear: (B,) degrees.
        zoom_x: (B,) factors.
        zoom_y: (B,) factors.

    Returns:
        (B, 2, 3): from (x, y, 1) of the output to (x, y) of the input, in pixels from the photo's centre.
    """
    angle, slant = torch.deg2rad(rotation), torch.deg2rad(shear)
    cos, sin = torch.cos(angle), torch.sin(angle)
    # rotation · shear · zoom, written out: shear is [[1, -sin s], [0, cos s]]
    x_x, x_y = cos * zoom_x, -torch.sin(angle + slant) * zoom_y
    y_x, y_y = sin * zoom_x, torch.cos(angle + slant) * zoom_y
    return torch.stack(
        [
            torch.stack([x_x, x_y, cos * shift_x - sin * shift_y], dim=1),
            torch.stack([y_x, y_y, sin * shift_x + cos * shift_y], dim=1),
        ],
        dim=1,
    )


def resample(images: Tensor, matrices: Tensor) -> Tensor:
    """Read every output pixel from where its matrix points: bilinear, edge pixels repeated outside.

    Args:
        images: (B, C, H, W), uint8 in 0..255 or floating point in 0..1.
        matrices: (B, 2, 3) of `sampling_matrices`.

    Returns:
        (B, C, H, W) floating point in 0..1.
    """
    height, width = images.shape[-2:]
    values = images.float() / 255 if images.dtype == torch.uint8 else images
    size = torch.tensor([width, height], device=images.device)
    x = torch.arange(width, device=images.device) - (width - 1) / 2
    y = torch.arange(height, device=images.device) - (height - 1) / 2
    # grid_sample measures from the centre, in halves of the size. Sums of two outer products give the same grid as
    # affine_grid, which takes half of the time of all this and rounds to TF32 where that is allowed
    to_x, to_y, shift = (matrices / (size[:, None] / 2)).unbind(dim=2)
    along_x = to_x[:, None, None, :] * x[:, None]
    along_y = to_y[:, None, None, :] * y[:, None, None] + shift[:, None, None, :]
    grid = (along_x + along_y).to(values.dtype)
    return functional.grid_sample(values, grid, mode="bilinear", padding_mode="border", align_corners=False)
