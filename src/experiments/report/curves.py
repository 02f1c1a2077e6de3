"""Drawings of the training curves of a run."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from experiments.console import finite
from experiments.report.run_tables import CURVES, read_csv
from experiments.report.svg import Scale, drawing, element, path_of, ticks

MAX_POINTS = 120

SERIES = ("train", "validation")


def draw_curves(folder: Path) -> list[Markup]:
    """Draw `curves.csv`: loss and accuracy of each network by epoch, train and validation; [] if there is no such file.

    Lines are means over the replicates; bands reach from the lowest replicate to the highest.

    Raises:
        DataError: If the file cannot be read.
    """
    file = folder / CURVES
    if not file.is_file():
        return []
    frame = read_csv(file)
    if "epoch" not in frame.columns or frame.empty:
        return []
    if "network" not in frame.columns:
        frame["network"] = ""
    names = dict.fromkeys(str(name) for name in frame["network"])
    drawings = []
    for network in names:
        rows = frame[frame["network"].astype(str) == network]
        for quantity in ("loss", "accuracy"):
            if f"train_{quantity}" in rows.columns:
                title = f"{network}: {quantity}" if len(names) > 1 else quantity
                drawings.append(_drawing(rows, quantity, title))
    return drawings


def _drawing(rows: pd.DataFrame, quantity: str, title: str) -> Markup:
    width, height, left, top, bottom = 380.0, 220.0, 44.0, 28.0, 184.0
    found = [f"{name}_{quantity}" for name in SERIES if f"{name}_{quantity}" in rows.columns]
    values = [value for value in map(finite, rows[found].to_numpy(dtype=float).ravel().tolist()) if value is not None]
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
    for name in SERIES:
        if f"{name}_{quantity}" in rows.columns:
            parts += _line(rows, f"{name}_{quantity}", across, up, name)
    parts.append(element("text", title, x=left, y=14, class_="axis"))
    parts.append(element("text", "epoch", x=(left + width) / 2, y=height - 6, text_anchor="middle", class_="tick"))
    for index, name in enumerate(SERIES):
        x = width - 150 + index * 58
        parts.append(element("path", d=path_of([(x, 10), (x + 16, 10)]), class_=f"curve {name}"))
        parts.append(element("text", name, x=x + 20, y=14, class_="tick"))
    return drawing(width, height, f"{title} by epoch, train and validation", *parts, class_="plot curves")


def _line(rows: pd.DataFrame, column: str, across: Scale, up: Scale, name: str) -> Iterator[Markup]:
    by_epoch = rows.dropna(subset=[column]).groupby("epoch")[column].agg(["min", "mean", "max"])
    by_epoch = by_epoch.iloc[_evenly(len(by_epoch))]
    if by_epoch.empty:
        return
    xs = [across(float(epoch)) for epoch in by_epoch.index]
    if (by_epoch["max"] > by_epoch["min"]).any():
        above = list(zip(xs, map(up, by_epoch["max"]), strict=True))
        below = list(zip(xs, map(up, by_epoch["min"]), strict=True))
        yield element("path", d=path_of([*above, *reversed(below)]) + "Z", class_=f"band {name}")
    points = list(zip(xs, map(up, by_epoch["mean"]), strict=True))
    if len(points) == 1:
        yield element("circle", cx=points[0][0], cy=points[0][1], r=3, class_=f"curve {name}")
    else:
        yield element("path", d=path_of(points), class_=f"curve {name}")


def _evenly(count: int) -> list[int]:
    """Indices of at most MAX_POINTS of `count` points, evenly spaced, including the first and the last."""
    if count <= MAX_POINTS:
        return list(range(count))
    return [index * (count - 1) // (MAX_POINTS - 1) for index in range(MAX_POINTS)]


def _phase_changes(rows: pd.DataFrame) -> list[float]:
    """Midpoints between the last epoch of a phase and the first of the next."""
    if "phase" not in rows.columns:
        return []
    by_epoch = rows.drop_duplicates("epoch").sort_values("epoch")
    phases, epochs = by_epoch["phase"].astype(str).tolist(), by_epoch["epoch"].astype(float).tolist()
    return [
        (epoch + following) / 2
        for (epoch, phase), (following, next_phase) in pairwise(zip(epochs, phases, strict=True))
        if phase != next_phase
    ]
