"""Several frozen backbones side by side: their features, each of unit length, one after the other."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from components.backbones.backbone import Backbone
from components.backbones.pixels import UNIT
from components.backbones.views import View, resized
from components.errors import ConfigError


class SideBySide(nn.Module):
    """Map photos with pixels in [0, 1] to the features of several backbones, each of unit length, in their order."""

    def __init__(self, parts: Sequence[Backbone], sides: Sequence[int]) -> None:
        """Store the backbones.

        Args:
            parts: The backbones.
            sides: Side in pixels that larger photos are resized to, for each backbone.
        """
        super().__init__()
        self.parts, self.sides = nn.ModuleList(parts), tuple(sides)

    def forward(self, images: Tensor) -> Tensor:
        """Return features (B, sum of F) of images (B, 3, S, S), floating point in 0..1."""
        found = []
        for part, side in zip(self.parts, self.sides, strict=True):
            smaller = images if images.shape[-1] <= side else resized(images, (side, side))
            found.append(functional.normalize(part(smaller)))
        return torch.cat(found, dim=1)


def side_by_side(
    *,
    image_size: int,
    first: Callable[..., Backbone],
    second: Callable[..., Backbone],
    third: Callable[..., Backbone] | None = None,
    views: Sequence[View] = (),
    unit_length: bool = False,
) -> Backbone:
    """Put frozen backbones side by side: the features of each, divided by their norm, one after the other.

    Photos are decoded once, at `image_size`. A backbone whose own `image_size` is smaller gets them resized to it,
    antialiased, on the device.

    Args:
        image_size: Side of the photos in pixels.
        first: Creates the first backbone; called with `image_size`.
        second: Creates the second backbone.
        third: Creates the third backbone; None: there are two.
        views: Views of every backbone, each at its own size, see `efficientnet_lite0`; empty: those of each backbone.
        unit_length: Whether the features of all backbones together are divided by their Euclidean norm too.

    Raises:
        ConfigError: A backbone is trained.
    """
    made = {"first": first, "second": second} | ({"third": third} if third is not None else {})
    sides = {name: min(image_size, _own_size(make, image_size)) for name, make in made.items()}
    shared: dict[str, Any] = {"views": views} if views else {}
    parts = {name: make(image_size=sides[name], **shared) for name, make in made.items()}
    for name, part in parts.items():
        if not part.frozen:
            raise ConfigError(
                f"backbone.{name} is trained, and backbone=side_by_side joins frozen backbones. Set "
                f"backbone.{name}.frozen=true and backbone.{name}.train_last=0, or choose another with "
                f"backbone@backbone.{name}=OPTION"
            )
    return Backbone(
        SideBySide(list(parts.values()), list(sides.values())),
        out_features=sum(part.out_features for part in parts.values()),
        normalization=UNIT,
        architecture={
            "name": "side_by_side",
            "parts": [[part.description(), sides[name]] for name, part in parts.items()],
        },
        unit_length=unit_length,
    )


def _own_size(make: Callable[..., Backbone], otherwise: int) -> int:
    """Return the `image_size` that a backbone's option sets; `otherwise` if it sets none."""
    size = inspect.signature(make).parameters["image_size"].default
    return otherwise if size is inspect.Parameter.empty else int(size)
