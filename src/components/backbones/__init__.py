"""Backbones: networks from photos to features, trained from scratch, with ImageNet weights, or any model of timm."""

from components.backbones.backbone import Backbone, count_parameters
from components.backbones.cnn import thesis_cnn
from components.backbones.efficientnet import efficientnet_lite0, imagenet_lite0
from components.backbones.mobilenet import mobilenet_v2
from components.backbones.pixels import EFFICIENTNET_LITE, IMAGENET, UNIT, Normalization, Normalize
from components.backbones.timm_models import timm_model

__all__ = [
    "EFFICIENTNET_LITE",
    "IMAGENET",
    "UNIT",
    "Backbone",
    "Normalization",
    "Normalize",
    "count_parameters",
    "efficientnet_lite0",
    "imagenet_lite0",
    "mobilenet_v2",
    "thesis_cnn",
    "timm_model",
]
