"""Data augmentation: random transforms of the training photos, and the epochs that use them."""

from components.augmentations.affine import RandomAffine
from components.augmentations.flip import HorizontalFlip
from components.augmentations.policy import Augmentation, Chain, Phase, Policy
from components.augmentations.torchvision_transforms import PerImage, WholeBatch

__all__ = [
    "Augmentation",
    "Chain",
    "HorizontalFlip",
    "PerImage",
    "Phase",
    "Policy",
    "RandomAffine",
    "WholeBatch",
]
