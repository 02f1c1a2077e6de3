"""Figures of a classification, each a `matplotlib.figure.Figure` in one style."""

from components.figures.abstention import risk_coverage_curve
from components.figures.candidates import Case, candidate_cases
from components.figures.confusion_matrices import confusion_matrix
from components.figures.curves import training_curves
from components.figures.rankings import Found, ranking_grid
from components.figures.regions import generalisation
from components.figures.reliability import reliability_diagram
from components.figures.reports import class_report_bars
from components.figures.roc import roc_curves
from components.figures.samples import sample_predictions
from components.figures.style import save_figure

__all__ = [
    "Case",
    "Found",
    "candidate_cases",
    "class_report_bars",
    "confusion_matrix",
    "generalisation",
    "ranking_grid",
    "reliability_diagram",
    "risk_coverage_curve",
    "roc_curves",
    "sample_predictions",
    "save_figure",
    "training_curves",
]
