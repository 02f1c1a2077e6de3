"""The last layer of a backbone whose output still has places: a map of features over the photo."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from components.backbones import Backbone
from components.errors import HitoError

MOST_AFTER = 0.5
"""Where tokens follow the last map with more than this share of the parameters, the map holds patches, not features."""

LARGEST = 0.5
"""Largest side of a map, as a share of the side of the photo: attention matrices are square too, and larger."""


class NoHeatMapsError(HitoError):
    """A network has no heat maps."""


@dataclass(frozen=True)
class FeatureMaps:
    """The layer of a backbone that puts out feature maps.

    Attributes:
        layer: The module.
        channels_last: Whether its output is (B, H, W, C), not (B, C, H, W).
    """

    layer: nn.Module
    channels_last: bool

    def channels_first(self, maps: Tensor) -> Tensor:
        """Return an output of the layer, or its gradient, as (B, C, H, W)."""
        return maps.permute(0, 3, 1, 2) if self.channels_last else maps


def last_feature_maps(backbone: Backbone, photo: Tensor) -> list[FeatureMaps]:
    """Find the last module with a square map of more than one place as output, by a forward pass.

    Args:
        backbone: The backbone, in evaluation mode.
        photo: (1, 3, S, S) one photo on the device of the backbone.

    Returns:
        One layer; of backbones side by side, that of each which has one.

    Raises:
        NoHeatMapsError: The backbone has no such module, or computes most of its features after it, as transformers do.
    """
    parts = [module for module in backbone.modules() if isinstance(module, Backbone)]
    traces = [
        _Trace(part, photo.shape[-1])
        for part in parts
        if not any(isinstance(one, Backbone) for one in part.network.modules())
    ]
    try:
        with torch.no_grad():
            backbone(photo)
    finally:
        for trace in traces:
            trace.stop()
    found = [trace.maps for trace in traces if trace.maps is not None and not trace.is_embedding]
    if not found:
        raise NoHeatMapsError(
            "There are no heat maps for this backbone: they need the feature maps of a convolutional network, and this "
            "one keeps none until its last layers"
        )
    return found


class _Trace:
    """Watches the modules of a backbone in a forward pass.

    Attributes:
        maps: The last module so far with a map as output.
        parameters: Number of parameters used so far.
        after: Number of those that were used after `maps`.
        tokens: Whether a module after `maps` has tokens as output: a list of at least as many places.
    """

    def __init__(self, backbone: Backbone, side: int) -> None:
        """Begin to watch.

        Args:
            backbone: The backbone.
            side: Side of the photo in pixels.
        """
        self.maps: FeatureMaps | None = None
        self.parameters = self.after = self._places = 0
        self.tokens = False
        self._largest = LARGEST * side
        self._seen: set[nn.Module] = set()
        self._handles = [module.register_forward_hook(self._on_output) for module in backbone.network.modules()]

    @property
    def is_embedding(self) -> bool:
        """Whether `maps` only divides the photo into the patches that a transformer works on."""
        return self.tokens and self.after > MOST_AFTER * self.parameters

    def stop(self) -> None:
        """Stop watching."""
        for handle in self._handles:
            handle.remove()

    def _on_output(self, module: nn.Module, _: object, output: object) -> None:
        if module in self._seen:  # another view of the photo, or a module that is used twice
            return
        self._seen.add(module)
        own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
        self.parameters, self.after = self.parameters + own, self.after + own
        if isinstance(module, nn.Dropout | nn.Softmax) or not isinstance(output, Tensor):
            return
        if output.ndim == 3:
            self.tokens = self.tokens or output.shape[1] >= self._places
        if output.ndim != 4:
            return
        _, first, second, third = output.shape
        side = second if second == third else first
        if 1 < side <= self._largest and side == second:
            self.maps, self._places = FeatureMaps(module, channels_last=second != third), side * side
            self.after, self.tokens = 0, False
