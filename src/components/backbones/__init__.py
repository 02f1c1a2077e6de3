"""Backbones: networks from photos to features, trained from scratch, with ImageNet weights, or any model of timm."""

from components.backbones.backbone import Backbone, count_parameters
from components.backbones.cnn import thesis_cnn
from components.backbones.concatenation import side_by_side
from components.backbones.efficientnet import (
    efficientnet_lite0,
    efficientnet_lite1,
    efficientnet_lite2,
    imagenet_lite,
    imagenet_lite0,
)
from components.backbones.mobilenet import mobilenet_v2
from components.backbones.pixels import EFFICIENTNET_LITE, IMAGENET, UNIT, Normalization, Normalize
from components.backbones.timm_models import timm_model
from components.backbones.views import View

__all__ = [
    "EFFICIENTNET_LITE",
    "IMAGENET",
    "UNIT",
    "Backbone",
    "Normalization",
    "Normalize",
    "View",
    "count_parameters",
    "efficientnet_lite0",
    "efficientnet_lite1",
    "efficientnet_lite2",
    "imagenet_lite",
    "imagenet_lite0",
    "mobilenet_v2",
    "side_by_side",
    "thesis_cnn",
    "timm_model",
]
