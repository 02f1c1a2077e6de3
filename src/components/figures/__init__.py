"""Figures of a classification, each a `matplotlib.figure.Figure` in one style."""

from components.figures.confusion_matrices import confusion_matrix
from components.figures.curves import training_curves
from components.figures.recall_by_text import recalls
from components.figures.regions import generalisation
from components.figures.reliability import reliability_diagram
from components.figures.reports import class_report_bars
from components.figures.roc import roc_curves
from components.figures.samples import sample_predictions
from components.figures.style import save_figure

__all__ = [
    "class_report_bars",
    "confusion_matrix",
    "generalisation",
    "recalls",
    "reliability_diagram",
    "roc_curves",
    "sample_predictions",
    "save_figure",
    "training_curves",
]
