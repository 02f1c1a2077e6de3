"""Figures of a classification or a clustering, each a `matplotlib.figure.Figure` in one style; and the map's page."""

from components.figures.cluster_colours import colour_of
from components.figures.confusion_matrices import confusion_matrix
from components.figures.contingencies import contingency_matrix, matched_confusion, pair_matrix
from components.figures.curves import training_curves
from components.figures.dendrograms import dendrogram
from components.figures.k_choices import elbow_curve, k_criteria
from components.figures.photo_map_page import Texts, photo_map_page
from components.figures.photo_maps import photo_map
from components.figures.regions import generalisation
from components.figures.reliability import reliability_diagram
from components.figures.reports import class_report_bars
from components.figures.roc import roc_curves
from components.figures.samples import sample_predictions
from components.figures.scatters import Groups, scatter
from components.figures.silhouette_plots import silhouette_plot
from components.figures.style import save_figure

__all__ = [
    "Groups",
    "Texts",
    "class_report_bars",
    "colour_of",
    "confusion_matrix",
    "contingency_matrix",
    "dendrogram",
    "elbow_curve",
    "generalisation",
    "k_criteria",
    "matched_confusion",
    "pair_matrix",
    "photo_map",
    "photo_map_page",
    "reliability_diagram",
    "roc_curves",
    "sample_predictions",
    "save_figure",
    "scatter",
    "silhouette_plot",
    "training_curves",
]
