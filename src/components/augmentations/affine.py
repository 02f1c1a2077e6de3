"""Random rotation, shift, shear and zoom, drawn and composed like Keras's ImageDataGenerator."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from components.augmentations.random_numbers import uniform
from components.errors import ConfigError


class RandomAffine:
    """Rotate, shift, shear and zoom each photo at random, with one batched resampling.

    Interpolation is bilinear; pixels outside the photo repeat the nearest edge pixel. Source: thesis, augmentation
    (Keras's ImageDataGenerator with fill_mode "nearest").
    """

    def __init__(
        self, *, rotation: float = 0.0, shift: float = 0.0, shear: float = 0.0, zoom: Sequence[float] = (1.0, 1.0)
    ) -> None:
        """Set the ranges; values are drawn uniformly for each photo.

        Args:
            rotation: Largest rotation in either direction, in degrees.
            shift: Largest shift in either direction, as a fraction of the width and of the height.
            shear: Largest shear in either direction, in degrees.
            zoom: Smallest and largest factor, drawn separately for width and height. As in Keras, it scales the
                sampling grid: below 1 magnifies, above 1 shrinks.

        Raises:
            ConfigError: A range is negative or `zoom` is not (low, high) with 0 < low <= high.
        """
        for name, value in (("rotation", rotation), ("shift", shift), ("shear", shear)):
            if value < 0:
                raise ConfigError(f"RandomAffine {name}={value}: expected a number of at least 0")
        if len(zoom) != 2 or not 0 < zoom[0] <= zoom[1]:
            raise ConfigError(f"RandomAffine zoom={list(zoom)}: expected [low, high] with 0 < low <= high")
        self.rotation, self.shift, self.shear = rotation, shift, shear
        self.zoom = (float(zoom[0]), float(zoom[1]))

    def __call__(self, images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return the transformed `images` (B, 3, H, W) as floats in [0, 1], and `targets` unchanged."""
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
    """Compose affine matrices in the order of Keras: rotation · shift · shear · zoom.

    Args:
        rotation: (B,) degrees.
        shift_x: (B,) pixels.
        shift_y: (B,) pixels.
        shear: (B,) degrees.
        zoom_x: (B,) factors.
        zoom_y: (B,) factors.

    Returns:
        (B, 2, 3) matrices from (x, y, 1) in the output to (x, y) in the input, in pixels relative to the centre.
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
    """Resample images with affine matrices: bilinear, with edge pixels repeated outside.

    Args:
        images: (B, C, H, W), uint8 in 0..255 or floating point in 0..1.
        matrices: (B, 2, 3), see `sampling_matrices`.

    Returns:
        (B, C, H, W) floating point in 0..1.
    """
    height, width = images.shape[-2:]
    values = images.float() / 255 if images.dtype == torch.uint8 else images
    size = torch.tensor([width, height], device=images.device)
    x = torch.arange(width, device=images.device) - (width - 1) / 2
    y = torch.arange(height, device=images.device) - (height - 1) / 2
    # grid_sample takes coordinates relative to the centre, in units of half the size. The sum of two outer products
    # equals the result of affine_grid, which would take half of the total time and may round to TF32
    to_x, to_y, shift = (matrices / (size[:, None] / 2)).unbind(dim=2)
    along_x = to_x[:, None, None, :] * x[:, None]
    along_y = to_y[:, None, None, :] * y[:, None, None] + shift[:, None, None, :]
    grid = (along_x + along_y).to(values.dtype)
    return functional.grid_sample(values, grid, mode="bilinear", padding_mode="border", align_corners=False)
