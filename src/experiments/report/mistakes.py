"""The most confident mistakes of a run."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from components.errors import DataError
from experiments.console import number
from experiments.report.run_tables import Table

PREDICTIONS = "predictions.parquet"
MAX_MISTAKES = 12


@dataclass(frozen=True)
class Mistakes:
    """Photos that at least one replicate predicted wrongly.

    Attributes:
        table: The most confident mistakes: photo, true class, predicted class, confidence (highest score, mean over the
            replicates that made the mistake), and how many replicates made it.
        photos: Number of such photos.
        of: Number of photos that were predicted.
    """

    table: Table
    photos: int
    of: int


def confident_mistakes(folder: Path) -> Mistakes | None:
    """Return the most confident mistakes in `predictions.parquet`; None if the run predicted no classes.

    Raises:
        DataError: If the file cannot be read.
    """
    file = folder / PREDICTIONS
    if not file.is_file():
        return None
    try:
        frame = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error
    scores = [column for column in frame.columns if str(column).startswith("score_")]
    if not {"replicate", "id", "y_true", "y_pred"} <= set(frame.columns) or not scores:
        return None
    frame["confidence"] = frame[scores].max(axis="columns")
    wrong = frame[frame["y_true"] != frame["y_pred"]]
    photos = wrong.groupby(["id", "y_true", "y_pred"], sort=False)["confidence"].agg(["mean", "count"]).reset_index()
    photos = photos.sort_values(["count", "mean"], ascending=False, kind="stable")
    columns, replicates = ("photo", "class", "predicted", "confidence"), int(frame["replicate"].nunique())
    rows = [
        (str(photo), str(truth), str(predicted), number(float(confidence)), f"{count} of {replicates}")
        for photo, truth, predicted, confidence, count in photos.head(MAX_MISTAKES).itertuples(index=False)
    ]
    if replicates > 1:
        table = Table("mistakes", (*columns, "replicates"), tuple(rows), (False, False, False, True, True))
    else:
        table = Table("mistakes", columns, tuple(row[:4] for row in rows), (False, False, False, True))
    return Mistakes(table, int(wrong["id"].nunique()), int(frame["id"].nunique()))
