"""What an open-set run leaves in its folder and on the terminal: tables and figures."""

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
from experiments.tasks.classify_output import predictions_table, report_table, write_table

SHOWN = (
    "auroc",
    "auroc_known_unknowns",
    "auroc_new_unknowns",
    "fpr95",
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


def write_tables(folder: Path, judged: Sequence[OpenSetResult], curves: pd.DataFrame, report: pd.DataFrame) -> None:
    """Write predictions.parquet, thresholds.csv, curves.csv and class_report.csv, each whole or not at all."""
    table = predictions_table([one.predictions for one in judged])
    table[NOVELTY] = np.concatenate([one.novelty for one in judged])
    with atomic_path(folder / "predictions.parquet") as path:
        table.to_parquet(path, index=False)
    thresholds = pd.DataFrame({"replicate": range(len(judged)), "threshold": [one.threshold for one in judged]})
    for name, one in (("thresholds", thresholds), ("curves", curves), ("class_report", report)):
        write_table(folder / f"{name}.csv", one)


def draw(
    folder: Path, judged: Sequence[OpenSetResult], curves: pd.DataFrame, photos: Photos, detector: str, subtitle: str
) -> None:
    """Draw every figure of an open-set run into `folder`, as PNG; `detector` is what its score is called."""
    first = f"{subtitle}, the first of them" if len(judged) > 1 else subtitle
    replicates = [one.predictions for one in judged]
    position = {path: row for row, path in enumerate(photos.manifest.path)}
    rows = np.array([position[path] for path in replicates[0].ids], dtype=np.int64)
    pictures, titles = photos.array[rows], photos.manifest.title[rows]
    drawn = {
        "training_curves": figures.training_curves(curves, subtitle=subtitle),
        "confusion_matrix": figures.confusion_matrix(replicates, subtitle=subtitle),
        "unknown_scores": figures.unknown_score_histograms(
            replicates, [one.threshold for one in judged], detector=detector, subtitle=subtitle
        ),
        "open_set_curves": figures.open_set_curves(against_kinds(replicates, detector), subtitle=subtitle),
        "confident_mistakes": figures.confident_mistakes(replicates[0], pictures, titles, subtitle=first),
        "class_report": figures.class_report_bars(replicates, subtitle=subtitle),
    }
    for name, figure in drawn.items():
        figures.save_figure(figure, folder / f"{name}.png")


def against_kinds(replicates: Sequence[Predictions], detector: str) -> dict[str, list[Predictions]]:
    """The predictions by what they are measured against: all unknown photos and, where some are new, each kind.

    Replicates that have no photos of a kind are left out of it.
    """
    found = {f"{detector}, all unknown photos": list(replicates)}
    for words, new in (("kinds seen in training", False), ("new kinds", True)):
        kind = f"{detector}, {words}"
        found[kind] = []
        for one in replicates:
            unknown = one.y_true == UNKNOWN
            of_kind = unknown & (one.new_unknown == new)
            if of_kind.any():
                found[kind].append(one.of(~unknown | of_kind))
    return found if all(found.values()) else {detector: list(replicates)}


def show(metrics: Mapping[str, Estimate], report: pd.DataFrame) -> None:
    """Print the figures with their intervals, and the report by class."""
    console = Console()
    console.print(metrics_table("test", metrics, SHOWN))
    console.print(report_table(report))
