"""The trials of a search: how the best value came about, and what it hangs on."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from components.errors import DataError
from components.figures.lettering import shorten
from components.figures.style import (
    BLUE,
    LIGHT_BLUE,
    MUTED,
    TEXT,
    VERMILLION,
    WIDTH,
    footnote,
    house_style,
    titled_figure,
)

PER_ROW, ROW = 3, 2.1
MOST_AXES = 9


@house_style()
def search_trials(
    trials: pd.DataFrame, objective: str, axes: Sequence[str], *, maximize: bool, subtitle: str = ""
) -> Figure:
    """The objective of every trial in their order with the best so far, and against each axis.

    Args:
        trials: One row a trial, with the columns trial, status (done, pruned, failed), `objective` and the axes.
        objective: Name of the column that decides.
        axes: Columns that were searched; the first nine are drawn. Numbers over more than two powers of ten get a
            logarithmic scale, anything else a place each.
        maximize: Whether a higher objective is better.
        subtitle: What was searched on what.

    Raises:
        DataError: When no trial is done.
    """
    shown = trials[trials["status"].isin(["done", "pruned"])]
    done = shown[shown["status"] == "done"]
    if done.empty:
        raise DataError("a figure of the trials needs one that is done")
    drawn = list(axes)[:MOST_AXES]
    columns = min(PER_ROW, len(drawn))
    rows = 1 + math.ceil(len(drawn) / columns)
    figure = titled_figure(WIDTH, ROW * rows, "Search", subtitle)
    grid = figure.add_gridspec(rows, columns)
    history = figure.add_subplot(grid[0, :])
    _points(history, shown, shown["trial"], objective)
    best = done.set_index("trial")[objective].sort_index()
    best = best.cummax() if maximize else best.cummin()
    history.step(best.index, best, where="post", color=VERMILLION, label="best so far", zorder=1)
    history.set(xlabel="trial", ylabel=objective.replace("_", " "))
    history.xaxis.set_major_locator(MaxNLocator(integer=True))
    history.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    means: list[str] = []
    for index, name in enumerate(drawn):
        panel = figure.add_subplot(grid[1 + index // columns, index % columns], sharey=history)
        if _against(panel, shown, name, objective):
            means = ["bars: mean of the trials that are done"]
        if index % columns == 0:
            panel.set_ylabel(objective.replace("_", " "))
    remarks = means + ([f"not drawn: {', '.join(list(axes)[MOST_AXES:])}"] if len(axes) > MOST_AXES else [])
    if (shown["status"] == "pruned").any():
        remarks.append("a pruned trial stands where it was when it was stopped")
    if failed := int((trials["status"] == "failed").sum()):
        remarks.append(f"{failed} failed")
    if remarks:
        footnote(figure, "; ".join(remarks))
    return figure


def _points(panel: Axes, shown: pd.DataFrame, places: "pd.Series[float]", objective: str) -> None:
    for status, face, edge in (("pruned", "white", MUTED), ("done", BLUE, BLUE)):
        of = shown["status"] == status
        if of.any():
            panel.scatter(
                places[of], shown.loc[of, objective], s=16, facecolor=face, edgecolor=edge, label=status, zorder=2
            )
    panel.grid(visible=True, axis="y")


def _against(panel: Axes, shown: pd.DataFrame, name: str, objective: str) -> bool:
    """Draw one axis; whether it has a place each for its values, with a bar at the mean of each."""
    numbers = pd.to_numeric(shown[name], errors="coerce")
    places_each = numbers.isna().any() or numbers.nunique() <= 4
    if not places_each:
        if numbers.min() > 0 and numbers.max() / numbers.min() > 100:
            panel.set_xscale("log")
            panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        _points(panel, shown, numbers, objective)
    else:
        words = [str(one) for one in pd.unique(shown[name])]
        words.sort(key=lambda word: (not _is_number(word), float(word) if _is_number(word) else 0.0))
        spread = np.random.default_rng(0).uniform(-0.15, 0.15, len(shown))
        places = shown[name].astype(str).map({word: place for place, word in enumerate(words)}) + spread
        _points(panel, shown, places, objective)
        means = shown[shown["status"] == "done"].groupby(shown[name].astype(str))[objective].mean()
        for place, word in enumerate(words):
            if word in means.index:
                panel.plot([place - 0.3, place + 0.3], [means[word]] * 2, color=LIGHT_BLUE, lw=3, zorder=1)
        panel.set_xticks(range(len(words)), [shorten(word, 60, TEXT) for word in words])
        panel.set_xlim(-0.5, len(words) - 0.5)
    panel.set_xlabel(shorten(name, 140, TEXT))
    panel.tick_params(axis="y", labelleft=panel.get_subplotspec().is_first_col())  # type: ignore[union-attr]
    return bool(places_each)


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
