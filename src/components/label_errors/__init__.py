"""Labels that are probably wrong, found in held-out probabilities, and label noise injected to measure that."""

from components.label_errors.confident_learning import (
    NO_CLASS,
    class_thresholds,
    confident_classes,
    confident_joint,
    joint_distribution,
    noise_rate,
)
from components.label_errors.finding import LabelErrors, find_label_errors, upper_fence
from components.label_errors.label_noise import inject_label_noise
from components.label_errors.overlaps import Overlap, overlapping_classes

__all__ = [
    "NO_CLASS",
    "LabelErrors",
    "Overlap",
    "class_thresholds",
    "confident_classes",
    "confident_joint",
    "find_label_errors",
    "inject_label_noise",
    "joint_distribution",
    "noise_rate",
    "overlapping_classes",
    "upper_fence",
]
