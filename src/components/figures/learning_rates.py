"""Validation results of a learning rate search."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from components.figures.style import BLUE, INK, MUTED, SMALL, TEXT, WIDTH, figure_style, footnote, titled_figure
from components.figures.table_checks import check_columns
from components.figures.text_layout import shorten

COLUMNS = (
    "network", "learning_rate", "seeds", "chosen", "validation_accuracy", "validation_accuracy_low",
    "validation_accuracy_high", "validation_loss", "validation_loss_low", "validation_loss_high",
)  # fmt: skip


@figure_style()
def rate_search(rates: pd.DataFrame, *, subtitle: str = "") -> Figure:
    """Draw validation accuracy and loss against the learning rate, one row of panels per network.

    Lines are means over the seeds, bands their 95 % intervals; the selected rate is marked.

    Args:
        rates: One row per network and rate, with the columns network, learning_rate, seeds, chosen (bool), and
            validation_accuracy and validation_loss with `_low` and `_high` (NaN with one seed).
        subtitle: Model and data.

    Raises:
        DataError: When a column is missing or there are no rows.
    """
    check_columns(rates, COLUMNS, "a learning rate search needs")
    networks = list(dict.fromkeys(rates["network"]))
    figure = titled_figure(WIDTH, 2.75 * len(networks), "Learning rates", subtitle)
    panels = figure.subplots(len(networks), 2, squeeze=False)
    for row, network in zip(panels, networks, strict=True):
        tried = rates[rates["network"] == network].sort_values("learning_rate")
        for axes, quantity in zip(row, ("accuracy", "loss"), strict=True):
            _draw(axes, tried, quantity)
            if len(networks) > 1:
                axes.set_title(shorten(f"{network}", 200, TEXT, "bold"))
    seeds = int(rates["seeds"].max())
    several = f"Lines: mean over {seeds} seeds; bands: its 95 % interval. " if seeds > 1 else ""
    footnote(
        figure, f"{several}Dashed: the rate with the lowest mean validation loss, selected without the test photos."
    )
    return figure


def _draw(axes: Axes, tried: pd.DataFrame, quantity: str) -> None:
    name = f"validation_{quantity}"
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=8))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.plot(tried["learning_rate"], tried[name], color=BLUE, marker="o", markersize=3)
    axes.fill_between(
        tried["learning_rate"], tried[f"{name}_low"], tried[f"{name}_high"], color=BLUE, alpha=0.2, linewidth=0
    )
    (chosen,) = tried.loc[tried["chosen"], "learning_rate"]
    axes.axvline(chosen, color=MUTED, linestyle="--", linewidth=0.9)
    late = list(tried["learning_rate"]).index(chosen) > len(tried) / 2
    axes.annotate(
        f"{chosen:.2g}", (chosen, 1), (-4 if late else 4, -2), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="right" if late else "left", va="top", size=SMALL, color=INK,
    )  # fmt: skip
    axes.set_xlabel("learning rate")
    axes.set_ylabel(f"validation {quantity}")
    axes.grid(visible=True, axis="y")
    if quantity == "accuracy":
        axes.set_ylim(max(0.0, tried[[name, f"{name}_low"]].min().min() - 0.03), 1.005)
    else:
        axes.set_ylim(bottom=0)
