"""Tables and figures of the task `classify`, in the folder of the run and on the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from components import figures
from components.data import Photos
from components.metrics import Estimate
from components.results import UNKNOWN, Predictions
from components.storage import atomic_path
from experiments.console import metrics_table, plain_table

TERMINAL_METRICS = (
    "accuracy",
    "balanced_accuracy",
    "precision_weighted",
    "recall_weighted",
    "f1_weighted",
    "kappa",
    "auc_ovo",
    "auc_ovr",
    "ece",
)
"""Metrics that are printed on the terminal."""

MISTAKES, MISTAKE_COLUMNS = 12, 4
"""Number of mistakes that are shown, and of those side by side."""


def predictions_table(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """Return one row per photo and replicate: replicate, id, y_true, y_pred, unknown_score, score_CLASS."""
    frames = []
    for replicate, predictions in enumerate(replicates):
        names = np.array([*predictions.class_names, "unknown"], dtype=object)  # UNKNOWN is -1: the last name
        assert UNKNOWN == -1
        columns = {
            "replicate": np.full(len(predictions), replicate),
            "id": predictions.ids,
            "y_true": names[predictions.y_true],
            "y_pred": names[predictions.y_pred],
            "unknown_score": predictions.unknown_score,
        }
        columns |= {f"score_{name}": predictions.scores[:, index] for index, name in enumerate(predictions.class_names)}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def write_tables(folder: Path, replicates: Sequence[Predictions], curves: pd.DataFrame, report: pd.DataFrame) -> None:
    """Write predictions.parquet, class_report.csv and, if there are training curves, curves.csv."""
    with atomic_path(folder / "predictions.parquet") as path:
        predictions_table(replicates).to_parquet(path, index=False)
    if len(curves):
        write_csv(folder / "curves.csv", curves)
    write_csv(folder / "class_report.csv", report)


def write_csv(file: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, atomically and without its index."""
    with atomic_path(file) as path:
        table.to_csv(path, index=False)


def draw(
    folder: Path, replicates: Sequence[Predictions], curves: pd.DataFrame, photos: Photos, subtitle: str
) -> list[str]:
    """Draw all figures of a classification into `folder`, as PNG; return a note for each that could not be drawn.

    Args:
        folder: Folder of the figures.
        replicates: Predictions of each replicate; single photos are shown of the first.
        curves: Training curves; empty if nothing was trained.
        photos: Decoded photos.
        subtitle: Subtitle of every figure.
    """
    first = replicates[0]
    rows = photos.manifest.rows_of(first.ids)
    pixels, groups, titles = photos.array[rows], photos.manifest.group[rows], photos.manifest.title[rows]
    first_only = f"{subtitle}, replicate 0" if len(replicates) > 1 else subtitle
    drawings: dict[str, figures.Drawing] = {}
    if len(curves):
        drawings["training_curves"] = lambda: figures.training_curves(curves, subtitle=subtitle)
    drawings |= {
        "confusion_matrix": lambda: figures.confusion_matrix(replicates, subtitle=subtitle),
        "roc_curves": lambda: figures.roc_curves(replicates, subtitle=subtitle),
        "class_report": lambda: figures.class_report_bars(replicates, subtitle=subtitle),
        "reliability_diagram": lambda: figures.reliability_diagram(replicates, subtitle=subtitle),
        "sample_predictions": lambda: figures.sample_predictions(first, pixels, subtitle=subtitle),
    }
    if (first.y_true != first.y_pred).any():
        drawings["confident_mistakes"] = lambda: figures.confident_mistakes(
            first, pixels, titles, n=MISTAKES, columns=MISTAKE_COLUMNS, subtitle=first_only
        )
    if len(set(groups.tolist()) - {""}) > 1:
        drawings["generalisation"] = lambda: figures.generalisation(first, pixels, groups, subtitle=subtitle)
    return figures.save_figures(folder, drawings)


def show(metrics: Mapping[str, Estimate], report: pd.DataFrame) -> None:
    """Print the metrics with their intervals, and the report by class."""
    console = Console()
    console.print(metrics_table("test", metrics, TERMINAL_METRICS))
    console.print(report_table(report))


def report_table(report: pd.DataFrame) -> Table:
    """Return the report by class (`components.metrics.class_report`) as a terminal table."""
    has_spread = report["f1_std"].notna().any()
    table = plain_table("by class", caption="± standard deviation over replicates" if has_spread else None)
    for heading in ("class", "precision", "recall", "F1", "photos"):
        table.add_column(heading, justify="left" if heading == "class" else "right")
    for _, row in report.iterrows():
        scores = [_with_spread(row[name], row[f"{name}_std"]) for name in ("precision", "recall", "f1")]
        table.add_row(str(row["class"]), *scores, f"{row['support']:g}")
    return table


def _with_spread(value: float, spread: float) -> str:
    return f"{value:.3f}" if np.isnan(spread) else f"{value:.3f} ± {spread:.3f}"
