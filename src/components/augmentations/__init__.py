"""Random changes of the training photos, and when they are made."""

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
