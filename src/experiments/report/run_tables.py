"""What lies in the folder of a run besides its record, as tables and drawings: curves, reports, mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from components.errors import DataError
from experiments.console import finite, number
from experiments.report.svg import Scale, drawing, element, path_of, ticks

CURVES, PREDICTIONS = "curves.csv", "predictions.parquet"

MOST_ROWS, MOST_MISTAKES, MOST_POINTS = 40, 12, 120

SERIES = (("train", "train"), ("validation", "validation"))


@dataclass(frozen=True)
class Table:
    """A table as text; `numeric` says which columns are set to the right, `more` how many rows it leaves out."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    more: int = 0


@dataclass(frozen=True)
class Mistakes:
    """Photos that at least one replicate took for another class.

    Attributes:
        table: The most confident of them: photo, what it is, what it was taken for, confidence, replicates.
        photos: How many there are in all.
        of: Photos that were predicted.
    """

    table: Table
    photos: int
    of: int


def tables(folder: Path) -> list[Table]:
    """Every CSV file of a run but its curves. Raises DataError for one that cannot be read."""
    files = [file for file in sorted(folder.glob("*.csv")) if file.name != CURVES]
    return [table_of(_read_csv(file), file.name) for file in files]


def table_of(frame: pd.DataFrame, name: str) -> Table:
    """A data frame as text; columns without any value are left out, whole numbers stay whole."""
    frame = frame.dropna(axis="columns", how="all")
    columns = [_texts(frame[column]) for column in frame.columns]
    numeric = tuple(pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns)
    rows = tuple(zip(*(column[:MOST_ROWS] for column in columns), strict=True))
    return Table(name, tuple(map(str, frame.columns)), rows, numeric, max(0, len(frame) - MOST_ROWS))


def _texts(column: "pd.Series[float]") -> list[str]:
    values = [None if pd.isna(one) else one for one in column.tolist()]
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return ["" if one is None else str(one) for one in values]
    known = [float(one) for one in values if one is not None]
    whole = all(one.is_integer() for one in known) and any(abs(one) > 1 for one in known)
    return ["" if one is None else f"{int(one):,}" if whole else number(float(one)) for one in values]


def mistakes(folder: Path) -> Mistakes | None:
    """The most confident mistakes in `predictions.parquet`; None when the run predicted no classes.

    Raises DataError when the file cannot be read.
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
    columns, replicates = ("photo", "is", "was taken for", "confidence"), int(frame["replicate"].nunique())
    rows = [
        (str(one[0]), str(one[1]), str(one[2]), number(float(one[3])), f"{one[4]} of {replicates}")
        for one in photos.head(MOST_MISTAKES).itertuples(index=False)
    ]
    if replicates > 1:
        table = Table("mistakes", (*columns, "replicates"), tuple(rows), (False, False, False, True, True))
    else:
        table = Table("mistakes", columns, tuple(row[:4] for row in rows), (False, False, False, True))
    return Mistakes(table, int(wrong["id"].nunique()), int(frame["id"].nunique()))


def curves(folder: Path) -> list[Markup]:
    """Drawings of `curves.csv`: loss and accuracy of each network, train against validation; [] when there are none.

    Lines are means over the replicates, bands reach from the lowest to the highest. Raises DataError when the file
    cannot be read.
    """
    file = folder / CURVES
    if not file.is_file():
        return []
    frame = _read_csv(file)
    if "epoch" not in frame.columns or frame.empty:
        return []
    if "network" not in frame.columns:
        frame["network"] = ""
    names = dict.fromkeys(str(one) for one in frame["network"])
    drawings = []
    for network in names:
        rows = frame[frame["network"].astype(str) == network]
        for quantity in ("loss", "accuracy"):
            if f"train_{quantity}" in rows.columns:
                title = f"{network}: {quantity}" if len(names) > 1 else quantity
                drawings.append(_curve(rows, quantity, title))
    return drawings


def _curve(rows: pd.DataFrame, quantity: str, title: str) -> Markup:
    width, height, left, top, bottom = 380.0, 220.0, 44.0, 28.0, 184.0
    found = [f"{name}_{quantity}" for name, _ in SERIES if f"{name}_{quantity}" in rows.columns]
    values = [one for one in map(finite, rows[found].to_numpy(dtype=float).ravel().tolist()) if one is not None]
    low, high = (min([*values, 0.0]), max([*values, 0.0])) if quantity == "loss" else (min([*values, 0.9]), 1.0)
    epochs = rows["epoch"].astype(float)
    across, up = Scale(epochs.min(), epochs.max(), left, width - 12), Scale(low, high, bottom, top)
    parts = []
    for value in ticks(low, high, 5):
        parts.append(element("path", d=path_of([(left, up(value)), (width - 12, up(value))]), class_="grid"))
        parts.append(element("text", f"{value:g}", x=left - 6, y=up(value) + 4, text_anchor="end", class_="tick"))
    for value in ticks(epochs.min(), epochs.max(), 7):
        if value.is_integer():
            x = across(value)
            parts.append(element("text", f"{value:g}", x=x, y=bottom + 16, text_anchor="middle", class_="tick"))
    parts += [
        element("path", d=path_of([(across(epoch), top), (across(epoch), bottom)]), class_="phase")
        for epoch in _phase_changes(rows)
    ]
    for name, words in SERIES:
        if f"{name}_{quantity}" in rows.columns:
            parts += _line(rows, f"{name}_{quantity}", across, up, words)
    parts.append(element("text", title, x=left, y=14, class_="axis"))
    parts.append(element("text", "epoch", x=(left + width) / 2, y=height - 6, text_anchor="middle", class_="tick"))
    for index, (name, words) in enumerate(SERIES):
        x = width - 150 + index * 58
        parts.append(element("path", d=path_of([(x, 10), (x + 16, 10)]), class_=f"curve {name}"))
        parts.append(element("text", words, x=x + 20, y=14, class_="tick"))
    return drawing(width, height, f"{title} by epoch, train and validation", *parts, class_="plot curves")


def _line(rows: pd.DataFrame, column: str, across: Scale, up: Scale, name: str) -> Iterator[Markup]:
    by_epoch = rows.dropna(subset=[column]).groupby("epoch")[column].agg(["min", "mean", "max"])
    by_epoch = by_epoch.iloc[_spread(len(by_epoch))]
    if by_epoch.empty:
        return
    places = [across(float(epoch)) for epoch in by_epoch.index]
    if (by_epoch["max"] > by_epoch["min"]).any():
        above = list(zip(places, map(up, by_epoch["max"]), strict=True))
        below = list(zip(places, map(up, by_epoch["min"]), strict=True))
        yield element("path", d=path_of([*above, *reversed(below)]) + "Z", class_=f"band {name}")
    points = list(zip(places, map(up, by_epoch["mean"]), strict=True))
    if len(points) == 1:
        yield element("circle", cx=points[0][0], cy=points[0][1], r=3, class_=f"curve {name}")
    else:
        yield element("path", d=path_of(points), class_=f"curve {name}")


def _spread(count: int) -> list[int]:
    """Positions of at most MOST_POINTS of `count` points, evenly, first and last among them."""
    if count <= MOST_POINTS:
        return list(range(count))
    return [index * (count - 1) // (MOST_POINTS - 1) for index in range(MOST_POINTS)]


def _phase_changes(rows: pd.DataFrame) -> list[float]:
    """Places between the last epoch of a phase and the first of the next."""
    if "phase" not in rows.columns:
        return []
    one = rows.drop_duplicates("epoch").sort_values("epoch")
    phases, epochs = one["phase"].astype(str).tolist(), one["epoch"].astype(float).tolist()
    return [(epochs[at - 1] + epochs[at]) / 2 for at in range(1, len(phases)) if phases[at] != phases[at - 1]]


def _read_csv(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file)
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error
