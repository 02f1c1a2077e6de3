"""Choices from a CSV file with one row per photo and candidate."""

from pathlib import Path

import pandas as pd

from components.assignment.choice import Choice
from components.data import Manifest
from components.errors import DataError

TRUE, FALSE = {"1", "true", "yes"}, {"0", "false", "no", ""}


def table(manifest: Manifest, *, file: str) -> list[Choice]:
    """Read candidates from a CSV file.

    Args:
        manifest: The photos.
        file: CSV file with the columns `photo` (path of the photo in the manifest) and `text`, one row per candidate.
            The columns `right` (1 for the correct candidate) and `old` (1 for the current text of the photo) are
            optional.

    Raises:
        DataError: The file cannot be read, lacks a column, or has an invalid row; the message names the line.
    """
    path = Path(file).expanduser()
    rows = _read(path)
    row_of = {photo: row for row, photo in enumerate(manifest.path.tolist())}
    choices = []
    for photo, candidates in rows.groupby("photo", sort=False):
        line = candidates.index[0] + 2
        if photo not in row_of:
            raise DataError(f"{path}, line {line}: there is no photo {photo!r} among the {len(row_of)} of the data")
        for name in ("right", "old"):
            if candidates[name].sum() > 1:
                raise DataError(
                    f"{path}, line {line}: {photo} has {candidates[name].sum()} texts marked {name}, expected one"
                )
        if len(candidates) < 2:
            raise DataError(f"{path}, line {line}: {photo} has only one candidate, expected at least two")
        marked = {
            name: int(candidates[name].to_numpy().argmax()) if candidates[name].any() else None
            for name in ("right", "old")
        }
        choices.append(Choice(str(photo), row_of[str(photo)], tuple(candidates["text"]), **marked))
    return choices


def _read(path: Path) -> pd.DataFrame:
    """Read and check the rows; the columns `right` and `old` become booleans."""
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"assignment.file: {path} cannot be read ({error}): expected a CSV file with the columns photo, text"
        ) from error
    missing = [name for name in ("photo", "text") if name not in rows]
    if missing:
        raise DataError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(map(str, rows))}")
    for name in ("right", "old"):
        values = rows[name].str.lower() if name in rows else pd.Series("", index=rows.index)
        invalid = values[~values.isin(TRUE | FALSE)]
        if len(invalid):
            raise DataError(f"{path}, line {invalid.index[0] + 2}: {name} is {invalid.iloc[0]!r}, expected 1 or 0")
        rows[name] = values.isin(TRUE)
    empty = rows.index[rows["text"].str.strip() == ""]
    if len(empty):
        raise DataError(f"{path}, line {empty[0] + 2}: the text is empty; remove the row")
    return rows
