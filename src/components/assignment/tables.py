"""Choices from a table: one row a photo and candidate."""

from pathlib import Path

import pandas as pd

from components.assignment.choice import Choice
from components.data import Manifest
from components.errors import DataError

TRUE, FALSE = {"1", "true", "yes"}, {"0", "false", "no", ""}


def table(manifest: Manifest, *, file: str) -> list[Choice]:
    """The candidates that a CSV file lists.

    Args:
        manifest: The photos.
        file: With the columns `photo` (its path in the manifest) and `text`, one row a candidate; and, where they are
            known, `right` (1 for the candidate that fits) and `old` (1 for the text that the photo has now).

    Raises:
        DataError: The file cannot be read, lacks a column, or a row of it does not fit; the row is named.
    """
    path = Path(file).expanduser()
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(f"assignment.file: {path} cannot be read ({error}): expected a CSV with photo, text") from error
    lacking = [name for name in ("photo", "text") if name not in rows]
    if lacking:
        raise DataError(f"{path} lacks the columns {', '.join(lacking)}; it has {', '.join(map(str, rows))}")
    for name in ("right", "old"):
        values = rows[name].str.lower() if name in rows else pd.Series("", index=rows.index)
        strange = values[~values.isin(TRUE | FALSE)]
        if len(strange):
            raise DataError(f"{path}, line {strange.index[0] + 2}: {name} is {strange.iloc[0]!r}, expected 1 or 0")
        rows[name] = values.isin(TRUE)
    empty = rows.index[rows["text"].str.strip() == ""]
    if len(empty):
        raise DataError(f"{path}, line {empty[0] + 2}: the text is empty: leave the candidate out")
    known = {photo: row for row, photo in enumerate(manifest.path.tolist())}
    choices = []
    for photo, part in rows.groupby("photo", sort=False):
        line = part.index[0] + 2
        if photo not in known:
            raise DataError(f"{path}, line {line}: there is no photo {photo!r} among the {len(known)} of the data")
        for name in ("right", "old"):
            if part[name].sum() > 1:
                raise DataError(
                    f"{path}, line {line}: {photo} has {part[name].sum()} texts marked {name}, expected one"
                )
        if len(part) < 2:
            raise DataError(f"{path}, line {line}: {photo} has one candidate only: there is nothing to choose")
        marked = {name: int(part[name].to_numpy().argmax()) if part[name].any() else None for name in ("right", "old")}
        choices.append(Choice(str(photo), known[str(photo)], tuple(part["text"]), **marked))
    return choices
