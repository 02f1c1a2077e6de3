"""Log the results of a run to Weights & Biases: metrics, figures, predictions as table and charts, files."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import wandb

from components.results import UNKNOWN, Predictions
from components.trackers.tracker import UNKNOWN_NAME


def log_results(
    run: Any,
    report: Callable[[str, str], None],
    *,
    metrics: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    figures: Mapping[str, str] = MappingProxyType({}),
    predictions: Predictions | None = None,
    roc: Sequence[tuple[str, float, float]] = (),
    artifacts: Mapping[str, str] = MappingProxyType({}),
    tables: Mapping[str, str] = MappingProxyType({}),
    pages: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Log results to an open run of wandb.

    Args:
        run: The open `wandb.Run`.
        report: Called with a message about data that is not shown in full.
        metrics: Maps names to `value`, `low`, `high`, `n`; logged as summary values `NAME`, `NAME/low`, `NAME/high`,
            `NAME/n`.
        figures: Maps names to image files; shown below `figures/`.
        predictions: Shown as a table and a confusion matrix.
        roc: Points of ROC curves, see `roc_chart`.
        artifacts: Maps names in the artifact to files. The files are not moved.
        tables: Maps names to CSV files.
        pages: Maps names to HTML files, shown in a panel.
    """
    for name, estimate in metrics.items():
        run.summary.update({name if part == "value" else f"{name}/{part}": number for part, number in estimate.items()})
    if figures:
        run.log({f"figures/{name}": wandb.Image(path) for name, path in figures.items()})
    shown: dict[str, Any] = {}  # tables need answers of the server and may fail, so they are logged last
    if predictions is not None and len(predictions):
        shown["predictions"], left_out = predictions_table(predictions)
        if left_out:
            report("info", f"Weights & Biases shows {len(predictions) - left_out} of {len(predictions)} predictions")
        shown["confusion_matrix"] = confusion_chart(predictions)
    if roc:
        shown["roc"] = roc_chart(roc)
    shown |= {name: table_of(path) for name, path in tables.items()}
    shown |= {name: wandb.Html(path, inject=False) for name, path in pages.items()}
    if shown:
        run.log(shown)
    if artifacts:
        files = wandb.Artifact(re.sub(r"[^\w.-]", "-", f"run-{run.id}"), type="run")
        for name, path in artifacts.items():
            files.add_file(path, name=name, policy="immutable", skip_cache=True)
        run.log_artifact(files)


def table_of(path: str) -> wandb.Table:
    """Read a CSV file as a table; cells that are numbers become floats, empty cells None."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    columns: list[str | int] = [*names]
    return wandb.Table(columns=columns, data=[[_cell(text) for text in row] for row in rows], allow_mixed_types=True)


def _cell(text: str) -> str | float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def predictions_table(predictions: Predictions) -> tuple[wandb.Table, int]:
    """Make a table with label, prediction and scores per photo.

    Weights & Biases shows at most `wandb.Table.MAX_ROWS` rows of a table. Of more photos, that many evenly spaced ones
    are taken, including the first and the last.

    Returns:
        The table, and the number of photos left out.
    """
    n, limit = len(predictions), int(wandb.Table.MAX_ROWS)
    rows = np.arange(n) if n <= limit else np.linspace(0, n - 1, limit).round().astype(int)
    names = [*predictions.class_names, UNKNOWN_NAME]
    data: list[Iterable[Any]] = [
        [
            str(predictions.ids[row]),
            names[predictions.y_true[row]],
            names[predictions.y_pred[row]],
            float(predictions.unknown_score[row]),
            *map(float, predictions.scores[row]),
        ]
        for row in rows
    ]
    columns: list[str | int] = [
        "id",
        "y_true",
        "y_pred",
        "unknown_score",
        *(f"score/{c}" for c in predictions.class_names),
    ]
    return wandb.Table(columns=columns, data=data), n - len(rows)


def confusion_chart(predictions: Predictions) -> Any:
    """Make a confusion matrix; unknown photos get a row and a column of their own if there are any."""
    y_true, y_pred, names = predictions.y_true, predictions.y_pred, list(predictions.class_names)
    if (y_true == UNKNOWN).any() or (y_pred == UNKNOWN).any():
        y_true, y_pred = (np.where(y == UNKNOWN, len(names), y) for y in (y_true, y_pred))
        names.append(UNKNOWN_NAME)
    return wandb.plot.confusion_matrix(
        y_true=y_true.tolist(), preds=y_pred.tolist(), class_names=names, title="Confusion matrix"
    )


def roc_chart(points: Sequence[tuple[str, float, float]]) -> Any:
    """Make a chart of ROC curves from points (class, false positive rate, true positive rate)."""
    return wandb.plot_table(
        data_table=wandb.Table(columns=["class", "fpr", "tpr"], data=[list(point) for point in points]),
        vega_spec_name="wandb/area-under-curve/v0",
        fields={"x": "fpr", "y": "tpr", "class": "class"},
        string_fields={
            "title": "ROC, one class against the rest",
            "x-axis-title": "False positive rate",
            "y-axis-title": "True positive rate",
        },
    )
