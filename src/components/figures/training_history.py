"""Training curves: loss and accuracy by epoch."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from components.figures.style import (
    BLUE,
    INK,
    MUTED,
    SMALL,
    TEXT,
    VERMILLION,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
)
from components.figures.table_checks import check_columns
from components.figures.text_layout import shorten

COLUMNS = ("replicate", "epoch", "phase", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy")
SERIES = (("train", BLUE, "-"), ("validation", VERMILLION, "--"))


@figure_style()
def training_curves(curves: pd.DataFrame, *, subtitle: str = "") -> Figure:
    """Draw loss and accuracy by epoch for training and validation photos, side by side.

    Lines are means over the replicates that train in this epoch, bands are their range. Vertical dashed lines separate
    training phases.

    Args:
        curves: One row per replicate and epoch, with the columns replicate, epoch (from 1, continued through all
            phases), phase, train_loss, validation_loss, train_accuracy, validation_accuracy (NaN without validation).
            Optional: network, when a replicate trains several (one row of panels each), and kept, true at the epoch
            whose weights were kept.
        subtitle: Model and data.

    Raises:
        DataError: When a column is missing or there are no rows.
    """
    check_columns(curves, COLUMNS, "training curves need")
    networks = list(dict.fromkeys(curves["network"])) if "network" in curves.columns else [""]
    figure = titled_figure(WIDTH, 2.75 * len(networks), "Training curves", subtitle)
    panels = figure.subplots(len(networks), 2, squeeze=False)
    for row, network in zip(panels, networks, strict=True):
        rows = curves[curves["network"] == network] if "network" in curves.columns else curves
        for axes, quantity in zip(row, ("loss", "accuracy"), strict=True):
            _draw(axes, rows, quantity)
            if len(networks) > 1:
                axes.set_title(shorten(f"{network}", 200, TEXT, "bold"), pad=17 if len(set(rows["phase"])) > 1 else 5)
        row[0].legend(loc="best")
    if len(set(curves["replicate"])) > 1:
        footnote(figure, "Lines: mean over replicates; bands: lowest to highest replicate.")
    return figure


def _draw(axes: Axes, curves: pd.DataFrame, quantity: str) -> None:
    for name, colour, dashes in SERIES:
        column = curves.dropna(subset=[f"{name}_{quantity}"])
        if column.empty:
            continue
        by_epoch = column.groupby("epoch")[f"{name}_{quantity}"]
        mean = by_epoch.mean()
        marker = "o" if len(mean) == 1 else None
        axes.plot(mean.index, mean.to_numpy(), color=colour, linestyle=dashes, marker=marker, label=name)
        if len(set(curves["replicate"])) > 1:
            axes.fill_between(mean.index, by_epoch.min(), by_epoch.max(), color=colour, alpha=0.18, linewidth=0)
    axes.set_xlim(curves["epoch"].min() - 0.5, curves["epoch"].max() + 0.5)
    axes.set_xlabel("epoch")
    axes.set_ylabel(quantity)
    axes.grid(visible=True, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    if quantity == "accuracy":
        lowest = curves[["train_accuracy", "validation_accuracy"]].min().min()
        axes.set_ylim(np.floor(10 * min(lowest, 0.9)) / 10, 1.005)
    else:
        axes.set_ylim(bottom=0)
    _mark_phases(axes, curves)
    _mark_kept(axes, curves)


def _mark_phases(axes: Axes, curves: pd.DataFrame) -> None:
    for before, after, epoch in _phase_changes(curves):
        axes.axvline(epoch, color=MUTED, linestyle="--", linewidth=0.9)
        for text, side, shift in ((before, "right", -3), (after, "left", 3)):
            axes.annotate(
                shorten(text, 70, SMALL), (epoch, 1), (shift, 1), xycoords=("data", "axes fraction"),
                textcoords="offset points", ha=side, va="bottom", size=SMALL, color=MUTED,
            )  # fmt: skip


def _phase_changes(curves: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    """Yield each phase, the next phase and the position between their epochs; once if replicates share it."""
    seen: set[tuple[str, str, float]] = set()
    for _, replicate in curves.groupby("replicate", sort=False):
        ordered = replicate.sort_values("epoch", kind="stable")
        phases, epochs = ordered["phase"].astype(str).tolist(), ordered["epoch"].tolist()
        for i in range(1, len(phases)):
            change = (phases[i - 1], phases[i], (epochs[i - 1] + epochs[i]) / 2)
            if phases[i] != phases[i - 1] and change not in seen:
                seen.add(change)
                yield change


def _mark_kept(axes: Axes, curves: pd.DataFrame) -> None:
    if "kept" not in curves.columns:
        return
    epochs = sorted(set(curves.loc[curves["kept"].astype(bool), "epoch"].tolist()))
    axes.plot(
        epochs, np.zeros(len(epochs)), transform=axes.get_xaxis_transform(), linestyle="none", marker="^",
        markersize=6, color=INK, clip_on=False, zorder=5, label="kept epoch",
    )  # fmt: skip
