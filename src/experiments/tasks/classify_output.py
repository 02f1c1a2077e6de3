"""What a classification leaves in its folder and on the terminal: tables and figures."""

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
from experiments.console import metrics_table

SHOWN = (
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


def predictions_table(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """One row a photo and replicate: replicate, id, y_true, y_pred, unknown_score, score_CLASS."""
    frames = []
    for replicate, one in enumerate(replicates):
        names = np.array([*one.class_names, "unknown"], dtype=object)  # UNKNOWN is -1: the last
        assert UNKNOWN == -1
        columns = {
            "replicate": np.full(len(one), replicate),
            "id": one.ids,
            "y_true": names[one.y_true],
            "y_pred": names[one.y_pred],
            "unknown_score": one.unknown_score,
        }
        columns |= {f"score_{name}": one.scores[:, index] for index, name in enumerate(one.class_names)}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def write_tables(folder: Path, replicates: Sequence[Predictions], curves: pd.DataFrame, report: pd.DataFrame) -> None:
    """Write predictions.parquet, class_report.csv and, where something was trained, curves.csv."""
    with atomic_path(folder / "predictions.parquet") as path:
        predictions_table(replicates).to_parquet(path, index=False)
    if len(curves):
        write_table(folder / "curves.csv", curves)
    write_table(folder / "class_report.csv", report)


def write_table(file: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, whole or not at all."""
    with atomic_path(file) as path:
        table.to_csv(path, index=False)


def draw(folder: Path, replicates: Sequence[Predictions], curves: pd.DataFrame, photos: Photos, subtitle: str) -> None:
    """Draw every figure of a classification into `folder`, as PNG."""
    first = replicates[0]
    position = {path: row for row, path in enumerate(photos.manifest.path)}
    rows = np.array([position[path] for path in first.ids], dtype=np.int64)
    pictures, groups = photos.array[rows], photos.manifest.group[rows]
    drawn = {"training_curves": figures.training_curves(curves, subtitle=subtitle)} if len(curves) else {}
    drawn |= {
        "confusion_matrix": figures.confusion_matrix(replicates, subtitle=subtitle),
        "roc_curves": figures.roc_curves(replicates, subtitle=subtitle),
        "class_report": figures.class_report_bars(replicates, subtitle=subtitle),
        "reliability_diagram": figures.reliability_diagram(replicates, subtitle=subtitle),
        "sample_predictions": figures.sample_predictions(first, pictures, subtitle=subtitle),
    }
    if len(set(groups.tolist()) - {""}) > 1:
        drawn["generalisation"] = figures.generalisation(first, pictures, groups, subtitle=subtitle)
    for name, figure in drawn.items():
        figures.save_figure(figure, folder / f"{name}.png")


def show(metrics: Mapping[str, Estimate], report: pd.DataFrame) -> None:
    """Print the figures with their intervals, and the report by class."""
    console = Console()
    console.print(metrics_table("test", metrics, SHOWN))
    console.print(report_table(report))


def report_table(report: pd.DataFrame) -> Table:
    """The report by class for the terminal."""
    by_class = Table(title="by class", title_justify="left")
    for heading in ("class", "precision", "recall", "F1", "photos"):
        by_class.add_column(heading, justify="left" if heading == "class" else "right")
    for _, row in report.iterrows():
        scores = [_with_spread(row[name], row[f"{name}_std"]) for name in ("precision", "recall", "f1")]
        by_class.add_row(str(row["class"]), *scores, f"{row['support']:g}")
    if report["f1_std"].notna().any():
        by_class.caption, by_class.caption_justify = "± standard deviation over replicates", "left"
    return by_class


def _with_spread(value: float, spread: float) -> str:
    return f"{value:.3f}" if np.isnan(spread) else f"{value:.3f} ± {spread:.3f}"
