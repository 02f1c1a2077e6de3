"""Choosing the text that fits a photo: candidates, scores, a calibrated temperature, and when to abstain."""

from components.assignment.calibration import Calibration, calibrate, softmax
from components.assignment.choice import Choice, ChoiceSource
from components.assignment.sampled import edits, n_way
from components.assignment.scores import ScoredChoices, score_choices
from components.assignment.tables import table

__all__ = [
    "Calibration",
    "Choice",
    "ChoiceSource",
    "ScoredChoices",
    "calibrate",
    "edits",
    "n_way",
    "score_choices",
    "softmax",
    "table",
]
