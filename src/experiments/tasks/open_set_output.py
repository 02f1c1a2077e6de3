"""Tables and figures of the task `open_set`, in the folder of the run and on the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from components import figures
from components.data import NOVELTY, Photos
from components.metrics import Estimate
from components.results import UNKNOWN, Predictions
from components.storage import atomic_path
from experiments.console import metrics_table
from experiments.models import OpenSetResult
from experiments.tasks.classify_output import predictions_table, report_table, write_csv

TERMINAL_METRICS = (
    "auroc",
    "auroc_known_unknowns",
    "auroc_new_unknowns",
    "fpr95_unknown",
    "fpr95_known",
    "oscr",
    "known_acceptance",
    "unknown_rejection",
    "unknown_rejection_new_unknowns",
    "closed_accuracy",
    "accuracy",
    "f1_macro",
    "f1_weighted",
    "kappa",
    "auc_ovo",
    "auc_ovr",
)
"""Metrics that are printed on the terminal."""


def write_tables(folder: Path, results: Sequence[OpenSetResult], curves: pd.DataFrame, report: pd.DataFrame) -> None:
    """Write predictions.parquet, thresholds.csv, curves.csv and class_report.csv, each atomically."""
    table = predictions_table([result.predictions for result in results])
    table[NOVELTY] = np.concatenate([result.novelty for result in results])
    with atomic_path(folder / "predictions.parquet") as path:
        table.to_parquet(path, index=False)
    for name, content in (("thresholds", thresholds_table(results)), ("curves", curves), ("class_report", report)):
        write_csv(folder / f"{name}.csv", content)


def thresholds_table(results: Sequence[OpenSetResult]) -> pd.DataFrame:
    """Return one row per replicate and, if there are folds, per fold: replicate, fold, threshold."""
    if not any(result.fold_thresholds for result in results):
        thresholds = [result.threshold for result in results]
        return pd.DataFrame({"replicate": range(len(results)), "threshold": thresholds})
    rows = [
        {"replicate": replicate, "fold": fold, "threshold": threshold}
        for replicate, result in enumerate(results)
        for fold, threshold in enumerate(result.fold_thresholds)
    ]
    return pd.DataFrame(rows)


def draw(
    folder: Path,
    results: Sequence[OpenSetResult],
    curves: pd.DataFrame,
    photos: Photos,
    detector: str,
    subtitle: str,
) -> list[str]:
    """Draw all figures of an open-set run into `folder`, as PNG; return a note for each that could not be drawn.

    Args:
        folder: Folder of the figures.
        results: Result of each replicate; single photos are shown of the first.
        curves: Training curves.
        photos: Decoded photos.
        detector: Name of the unknown score.
        subtitle: Subtitle of every figure.
    """
    first_only = f"{subtitle}, replicate 0" if len(results) > 1 else subtitle
    replicates = [result.predictions for result in results]
    rows = photos.manifest.rows_of(replicates[0].ids)
    pixels, titles = photos.array[rows], photos.manifest.title[rows]
    thresholds = [result.threshold for result in results]
    drawings: dict[str, figures.Drawing] = {
        "training_curves": lambda: figures.training_curves(curves, subtitle=subtitle),
        "confusion_matrix": lambda: figures.confusion_matrix(replicates, subtitle=subtitle),
        "unknown_scores": lambda: figures.unknown_score_histograms(
            replicates, thresholds, detector=detector, subtitle=subtitle
        ),
        "open_set_curves": lambda: figures.open_set_curves(
            predictions_by_kind(replicates, detector), subtitle=subtitle
        ),
        "confident_mistakes": lambda: figures.confident_mistakes(replicates[0], pixels, titles, subtitle=first_only),
        "class_report": lambda: figures.class_report_bars(replicates, subtitle=subtitle),
    }
    return figures.save_figures(folder, drawings)


def predictions_by_kind(replicates: Sequence[Predictions], detector: str) -> dict[str, list[Predictions]]:
    """Return the predictions for all unknown photos and, if some are of new kinds, for each kind of novelty.

    Every entry includes the known photos. A replicate without photos of a kind is left out of that entry.

    Args:
        replicates: Predictions of each replicate.
        detector: Name of the unknown score; it begins the name of each entry.
    """
    by_kind = {f"{detector}, all unknown photos": list(replicates)}
    for description, new in (("kinds seen in training", False), ("new kinds", True)):
        selected = by_kind.setdefault(f"{detector}, {description}", [])
        for predictions in replicates:
            unknown = predictions.y_true == UNKNOWN
            of_kind = unknown & (predictions.new_unknown == new)
            if of_kind.any():
                selected.append(predictions.take(~unknown | of_kind))
    return by_kind if all(by_kind.values()) else {detector: list(replicates)}


def show(metrics: Mapping[str, Estimate], report: pd.DataFrame) -> None:
    """Print the metrics with their intervals, and the report by class."""
    console = Console()
    console.print(metrics_table("test", metrics, TERMINAL_METRICS))
    console.print(report_table(report))
