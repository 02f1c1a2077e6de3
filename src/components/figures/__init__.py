"""Figures of results in one style (`matplotlib.figure.Figure`), and offline HTML pages."""

from components.figures.candidates import CandidateCase, candidate_cases
from components.figures.class_reports import class_report_bars
from components.figures.cluster_colours import colour_of
from components.figures.confusion_matrices import confusion_matrix
from components.figures.contingencies import contingency_matrix, label_matrix, matched_confusion, pair_matrix
from components.figures.data_uri import data_uri
from components.figures.dendrograms import dendrogram
from components.figures.heat_maps import ExplainedPhoto, HeatMap, heat_map_gallery
from components.figures.k_choices import elbow_curve, k_criteria
from components.figures.label_galleries import DoubtedLabel, label_gallery
from components.figures.learning_rates import rate_search
from components.figures.mistakes import confident_mistakes, mistakes_by_kind
from components.figures.object_groups_page import Member, ObjectGroup, object_groups_page
from components.figures.open_set_curves import open_set_curves
from components.figures.pair_galleries import ShownPair, pair_gallery
from components.figures.pair_scores import precision_recall
from components.figures.photo_map_page import PhotoTexts, photo_map_page
from components.figures.photo_maps import photo_map
from components.figures.positions import position_offsets
from components.figures.rankings import RankedPhoto, ranking_grid
from components.figures.recall_by_text import recall_by_text
from components.figures.regions import generalisation
from components.figures.reliability import reliability_diagram
from components.figures.reviews import review_decisions
from components.figures.risk_coverage import risk_coverage_curve
from components.figures.roc import roc_curves
from components.figures.samples import sample_predictions
from components.figures.saving import Drawing, save_figures, save_page
from components.figures.scatters import Groups, scatter
from components.figures.silhouette_plots import silhouette_plot
from components.figures.style import save_figure
from components.figures.training_history import training_curves
from components.figures.trials import search_trials
from components.figures.unknown_scores import unknown_score_histograms

__all__ = [
    "CandidateCase",
    "DoubtedLabel",
    "Drawing",
    "ExplainedPhoto",
    "Groups",
    "HeatMap",
    "Member",
    "ObjectGroup",
    "PhotoTexts",
    "RankedPhoto",
    "ShownPair",
    "candidate_cases",
    "class_report_bars",
    "colour_of",
    "confident_mistakes",
    "confusion_matrix",
    "contingency_matrix",
    "data_uri",
    "dendrogram",
    "elbow_curve",
    "generalisation",
    "heat_map_gallery",
    "k_criteria",
    "label_gallery",
    "label_matrix",
    "matched_confusion",
    "mistakes_by_kind",
    "object_groups_page",
    "open_set_curves",
    "pair_gallery",
    "pair_matrix",
    "photo_map",
    "photo_map_page",
    "position_offsets",
    "precision_recall",
    "ranking_grid",
    "rate_search",
    "recall_by_text",
    "reliability_diagram",
    "review_decisions",
    "risk_coverage_curve",
    "roc_curves",
    "sample_predictions",
    "save_figure",
    "save_figures",
    "save_page",
    "scatter",
    "search_trials",
    "silhouette_plot",
    "training_curves",
    "unknown_score_histograms",
]
