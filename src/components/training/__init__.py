"""Training of networks: settings, schedules, batches, loops, checkpoints, cached features."""

from components.training.devices import device_name, has_bfloat16, pick_device
from components.training.features import frozen_features
from components.training.fit import fit
from components.training.fit_batched import fit_batched
from components.training.inputs import Inputs
from components.training.phase import TrainingPhase
from components.training.prediction import predict
from components.training.result import FitResult
from components.training.settings import Precision, Training

__all__ = [
    "FitResult",
    "Inputs",
    "Precision",
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
