"""Which text fits a photo best: candidates, scores, a calibrated temperature, and when to abstain."""

from components.assignment.calibration import Calibration, calibrate, softmax
from components.assignment.choice import Choice, MakeChoices
from components.assignment.sampled import edits, n_way
from components.assignment.scores import Assigned, assigned
from components.assignment.tables import table

__all__ = [
    "Assigned",
    "Calibration",
    "Choice",
    "MakeChoices",
    "assigned",
    "calibrate",
    "edits",
    "n_way",
    "softmax",
    "table",
]
