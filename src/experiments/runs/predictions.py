"""Reads back what `classification_output.predictions_table` wrote into the folder of a run."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.data import NEW_KIND, NOVELTY
from components.errors import DataError
from components.results import UNKNOWN, Predictions

FILE = "predictions.parquet"
UNKNOWN_NAME = "unknown"
SCORE = "score_"
COLUMNS = ("replicate", "id", "y_true", "y_pred", "unknown_score")


def read_predictions(folder: Path) -> list[Predictions]:
    """The predictions of each replicate of the run in `folder`, in the order of the replicates.

    Raises:
        DataError: When there is no such file, it is not what a run leaves, or a class called "unknown" cannot be
            told from photos that are of none of the classes.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError(f"{folder} has no {FILE}: only runs of the task classify that are done leave one")
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): run it again with if_exists=overwrite") from error
    missing = [name for name in COLUMNS if name not in table]
    names = tuple(str(name).removeprefix(SCORE) for name in table if str(name).startswith(SCORE))
    if missing or not names:
        lacking = ", ".join(missing) or f"{SCORE}CLASS"
        raise DataError(
            f"{path} lacks the columns {lacking}: it is not what a run leaves, run it again (if_exists=overwrite)"
        )
    return [_replicate(part, names, path) for _, part in table.groupby("replicate", sort=True)]


def _replicate(table: pd.DataFrame, names: tuple[str, ...], path: Path) -> Predictions:
    return Predictions(
        ids=table["id"].to_numpy(dtype=object),
        y_true=_labels(table, "y_true", names, path),
        scores=np.ascontiguousarray(table[[SCORE + name for name in names]].to_numpy(dtype=np.float64)),
        y_pred=_labels(table, "y_pred", names, path),
        unknown_score=table["unknown_score"].to_numpy(dtype=np.float64),
        class_names=names,
        new_unknown=(table[NOVELTY] == NEW_KIND).to_numpy() if NOVELTY in table else None,
    )


def _labels(table: pd.DataFrame, column: str, names: tuple[str, ...], path: Path) -> NDArray[np.int64]:
    """(n,) indices of the classes that a column names."""
    written = table[column].to_numpy(dtype=object)
    if UNKNOWN_NAME in names and (written == UNKNOWN_NAME).any():
        raise DataError(
            f"{path}: {UNKNOWN_NAME!r} in the column {column} may be the class of that name or none of the classes; "
            "give the class another name and run it again"
        )
    index = {name: number for number, name in enumerate(names)} | {UNKNOWN_NAME: UNKNOWN}
    strange = next((one for one in written.tolist() if one not in index), None)
    if strange is not None:
        raise DataError(f"{path}: {column} holds {strange!r}, which is none of the classes {', '.join(names)}")
    return np.array([index[one] for one in written.tolist()], dtype=np.int64)
