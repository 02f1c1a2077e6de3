"""Training: settings, schedules, where batches come from, the loop, checkpoints, features computed once."""

from components.training.devices import device_name, has_bfloat16, pick_device
from components.training.features import frozen_features
from components.training.fit import Fitted, Stage, fit, predict
from components.training.fit_batched import fit_together
from components.training.inputs import Inputs
from components.training.settings import Training

__all__ = [
    "Fitted",
    "Inputs",
    "Stage",
    "Training",
    "device_name",
    "fit",
    "fit_together",
    "frozen_features",
    "has_bfloat16",
    "pick_device",
    "predict",
]
