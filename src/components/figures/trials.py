"""Trials of a hyperparameter search: history of the objective, and its dependence on each hyperparameter."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from components.errors import DataError
from components.figures.style import (
    BLUE,
    LIGHT_BLUE,
    MUTED,
    TEXT,
    VERMILLION,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
)
from components.figures.text_layout import shorten

COLUMNS, ROW_HEIGHT = 3, 2.1
MAX_AXES = 9


@figure_style()
def search_trials(
    trials: pd.DataFrame, objective: str, axes: Sequence[str], *, maximize: bool, subtitle: str = ""
) -> Figure:
    """Draw the objective of every trial in order, with the best so far, and against each hyperparameter.

    Args:
        trials: One row per trial, with the columns trial, status (done, pruned, failed), `objective` and the axes.
        objective: Column of the objective.
        axes: Columns of the hyperparameters; the first nine are drawn. Numbers get an axis, logarithmic if they span
            more than two powers of ten; other values, and up to four numbers, are drawn as categories.
        maximize: Whether a higher objective is better.
        subtitle: Model and data.

    Raises:
        DataError: When no trial is done.
    """
    shown = trials[trials["status"].isin(["done", "pruned"])]
    done = shown[shown["status"] == "done"]
    if done.empty:
        raise DataError("a figure of the trials needs at least one that is done")
    drawn = list(axes)[:MAX_AXES]
    columns = min(COLUMNS, len(drawn))
    rows = 1 + math.ceil(len(drawn) / columns)
    figure = titled_figure(WIDTH, ROW_HEIGHT * rows, "Search", subtitle)
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
    remarks = means + ([f"not drawn: {', '.join(list(axes)[MAX_AXES:])}"] if len(axes) > MAX_AXES else [])
    if (shown["status"] == "pruned").any():
        remarks.append("pruned trials are drawn at their last value")
    if failed := int((trials["status"] == "failed").sum()):
        remarks.append(f"{failed} failed")
    if remarks:
        footnote(figure, "; ".join(remarks))
    return figure


def _points(panel: Axes, shown: pd.DataFrame, x: "pd.Series[float]", objective: str) -> None:
    """Draw the trials as dots, pruned ones hollow."""
    for status, face, edge in (("pruned", "white", MUTED), ("done", BLUE, BLUE)):
        rows = shown["status"] == status
        if rows.any():
            panel.scatter(
                x[rows], shown.loc[rows, objective], s=16, facecolor=face, edgecolor=edge, label=status, zorder=2
            )
    panel.grid(visible=True, axis="y")


def _against(panel: Axes, shown: pd.DataFrame, name: str, objective: str) -> bool:
    """Draw the objective against one hyperparameter; return whether it is categorical, with bars at the means."""
    numbers = pd.to_numeric(shown[name], errors="coerce")
    categorical = numbers.isna().any() or numbers.nunique() <= 4
    if not categorical:
        if numbers.min() > 0 and numbers.max() / numbers.min() > 100:
            panel.set_xscale("log")
            panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        _points(panel, shown, numbers, objective)
    else:
        words = [str(value) for value in pd.unique(shown[name])]
        words.sort(key=lambda word: (not _is_number(word), float(word) if _is_number(word) else 0.0))
        spread = np.random.default_rng(0).uniform(-0.15, 0.15, len(shown))
        x = shown[name].astype(str).map({word: number for number, word in enumerate(words)}) + spread
        _points(panel, shown, x, objective)
        means = shown[shown["status"] == "done"].groupby(shown[name].astype(str))[objective].mean()
        for number, word in enumerate(words):
            if word in means.index:
                panel.plot([number - 0.3, number + 0.3], [means[word]] * 2, color=LIGHT_BLUE, lw=3, zorder=1)
        panel.set_xticks(range(len(words)), [shorten(word, 60, TEXT) for word in words])
        panel.set_xlim(-0.5, len(words) - 0.5)
    panel.set_xlabel(shorten(name, 140, TEXT))
    panel.tick_params(axis="y", labelleft=panel.get_subplotspec().is_first_col())  # type: ignore[union-attr]
    return bool(categorical)


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
