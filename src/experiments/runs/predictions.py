"""Predictions of a run, read from `predictions.parquet`, which `experiments.tasks.classify_output` writes."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.data import NEW_KIND, NOVELTY
from components.errors import DataError
from components.results import UNKNOWN, Predictions
from experiments.runs.parquet import invalid, read_table

FILE = "predictions.parquet"
TASKS = ("classify", "head_search", "open_set", "zero_shot")
"""Tasks whose runs write the file."""

UNKNOWN_NAME = "unknown"
SCORE = "score_"
COLUMNS = ("replicate", "id", "y_true", "y_pred", "unknown_score")


def read_predictions(folder: Path) -> list[Predictions]:
    """Return the predictions of each replicate of a run, in the order of the replicates.

    Raises:
        DataError: The run's folder has no such file, the file is not as hito writes it, or a class is called "unknown",
            which is also written for photos of none of the classes.
    """
    path = folder / FILE
    table = read_table(path, COLUMNS, tasks=TASKS)
    class_names = tuple(str(name).removeprefix(SCORE) for name in table if str(name).startswith(SCORE))
    if not class_names:
        raise invalid(path, f"lacks the columns {SCORE}CLASS")
    return [_replicate(part, class_names, path) for _, part in table.groupby("replicate", sort=True)]


def _replicate(table: pd.DataFrame, class_names: tuple[str, ...], path: Path) -> Predictions:
    return Predictions(
        ids=table["id"].to_numpy(dtype=object),
        y_true=_labels(table, "y_true", class_names, path),
        scores=np.ascontiguousarray(table[[SCORE + name for name in class_names]].to_numpy(dtype=np.float64)),
        y_pred=_labels(table, "y_pred", class_names, path),
        unknown_score=table["unknown_score"].to_numpy(dtype=np.float64),
        class_names=class_names,
        new_unknown=(table[NOVELTY] == NEW_KIND).to_numpy() if NOVELTY in table else None,
    )


def _labels(table: pd.DataFrame, column: str, class_names: tuple[str, ...], path: Path) -> NDArray[np.int64]:
    """Return (n,) indices of the classes named in a column; `UNKNOWN` for photos of none of them."""
    names = table[column].to_numpy(dtype=object)
    if UNKNOWN_NAME in class_names and (names == UNKNOWN_NAME).any():
        raise DataError(
            f"{path}: {UNKNOWN_NAME!r} in the column {column} may be the class of that name or none of the classes; "
            "rename the class and do the run again"
        )
    index = {name: number for number, name in enumerate(class_names)} | {UNKNOWN_NAME: UNKNOWN}
    other = next((name for name in names.tolist() if name not in index), None)
    if other is not None:
        classes = ", ".join(class_names)
        raise invalid(path, f"has {other!r} in the column {column}, which is none of the classes {classes}")
    return np.array([index[name] for name in names.tolist()], dtype=np.int64)
