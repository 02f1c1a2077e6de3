"""Distances between claimed coordinates and the positions of the photos."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from components.figures.style import (
    BLUE,
    COLOURS,
    GREEN,
    MUTED,
    VERMILLION,
    WIDTH,
    figure_style,
    footnote,
    titled_figure,
)

VERDICTS = {"consistent": GREEN, "doubtful": COLOURS[4], "contradicted": VERMILLION}
NEAREST = 1.0
"""Metres; smaller distances are drawn at this one, since the axis is logarithmic."""


@figure_style()
def position_offsets(table: pd.DataFrame, *, subtitle: str = "") -> Figure:
    """Draw the distances between claims and photos, by verdict, and the probability of each claim against its distance.

    Args:
        table: One row per claim with evidence, with the columns `metres`, `expected_metres`, `probability`, `verdict`,
            and `moved_metres`, above 0 for claims that were displaced on purpose.
        subtitle: Data and numbers of photos.
    """
    metres = table["metres"].clip(lower=NEAREST).to_numpy()
    farthest = max(100.0, float(metres.max()) * 1.3)
    figure = titled_figure(WIDTH, 4.6, "Claimed coordinates against the photos' own", subtitle)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
    edges = np.geomspace(NEAREST, farthest, 41)
    drawn = [metres[(table["verdict"] == word).to_numpy()] for word in VERDICTS]
    labels = [f"{word} ({len(distances)})" for word, distances in zip(VERDICTS, drawn, strict=True)]
    upper.hist(
        drawn, edges, stacked=True, color=list(VERDICTS.values()), label=labels, edgecolor="white", linewidth=0.3
    )
    upper.set_ylabel("claims")
    upper.grid(visible=True, axis="y")
    upper.legend(loc="upper right")
    moved = table["moved_metres"].to_numpy() > 0
    kinds = [("unchanged", ~moved, BLUE, "o"), ("displaced on purpose", moved, VERMILLION, "x")]
    for label, rows, colour, marker in kinds:
        if rows.any():
            lower.scatter(
                metres[rows], table["probability"][rows], s=14, color=colour, marker=marker, linewidths=0.8, alpha=0.6,
                label=f"{label} ({int(rows.sum())})",
            )  # fmt: skip
    lower.set(xscale="log", xlim=(NEAREST, farthest), ylim=(-0.03, 1.03))
    lower.set_ylabel("probability of a correct claim")
    lower.set_xlabel("distance between the claim and the photos' positions")
    lower.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _distance(value)))
    lower.grid(visible=True)
    expected = float(table["expected_metres"].median())
    for axes in (upper, lower):
        axes.axvline(expected, color=MUTED, linestyle="--", linewidth=1)
    lower.legend(loc="lower left")
    footnote(
        figure,
        f"Dashed: {expected:.0f} m, which a correct claim exceeds in 5 of 100 cases (median over claims). Distances "
        "below 1 m are drawn at 1 m.",
    )
    return figure


def _distance(metres: float) -> str:
    return f"{metres:g} m" if metres < 1000 else f"{metres / 1000:,.0f} km"
