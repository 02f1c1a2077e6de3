"""Training: settings, schedules, where batches come from, the loop, checkpoints, features computed once."""

from components.training.devices import device_name, has_bfloat16, pick_device
from components.training.features import frozen_features
from components.training.fit import Fitted, TrainingPhase, fit, predict
from components.training.fit_batched import fit_batched
from components.training.inputs import Inputs
from components.training.settings import Training

__all__ = [
    "Fitted",
    "Inputs",
    "Training",
    "TrainingPhase",
    "device_name",
    "fit",
    "fit_batched",
    "frozen_features",
    "has_bfloat16",
    "pick_device",
    "predict",
]
