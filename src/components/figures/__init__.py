"""Figures of a classification, each a `matplotlib.figure.Figure` in one style."""

from components.figures.confusion_matrices import confusion_matrix
from components.figures.curves import training_curves
from components.figures.mistakes import confident_mistakes
from components.figures.open_set_curves import open_set_curves
from components.figures.rates import rate_search
from components.figures.regions import generalisation
from components.figures.reliability import reliability_diagram
from components.figures.reports import class_report_bars
from components.figures.roc import roc_curves
from components.figures.samples import sample_predictions
from components.figures.style import save_figure
from components.figures.unknown_scores import unknown_score_histograms

__all__ = [
    "class_report_bars",
    "confident_mistakes",
    "confusion_matrix",
    "generalisation",
    "open_set_curves",
    "rate_search",
    "reliability_diagram",
    "roc_curves",
    "sample_predictions",
    "save_figure",
    "training_curves",
    "unknown_score_histograms",
]
