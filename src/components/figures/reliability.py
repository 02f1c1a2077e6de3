"""Reliability diagrams: accuracy against confidence."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from components.figures.style import (
    BLUE,
    INK,
    LIGHT_BLUE,
    MUTED,
    VERMILLION,
    figure_style,
    footnote,
    titled_figure,
    unit_axes,
)
from components.metrics import calibration_table, expected_calibration_error
from components.results import Predictions


@figure_style()
def reliability_diagram(replicates: Sequence[Predictions], *, subtitle: str = "") -> Figure:
    """Draw accuracy by bin of confidence, with the diagonal of perfect calibration, above a histogram of confidence.

    Bins contain the photos of all replicates; the expected calibration error (ECE, 15 bins, Guo et al. 2017) is the
    mean over replicates.

    Args:
        replicates: Predictions of each replicate.
        subtitle: Model and data.

    Raises:
        DataError: When the replicates cannot be averaged or a true label is `UNKNOWN`.
    """
    table = calibration_table(replicates)
    filled = table[table["photos"] > 0]
    errors = [expected_calibration_error(replicate) for replicate in replicates]
    spread = f" ± {np.std(errors, ddof=1):.3f}" if len(errors) > 1 else ""

    figure = titled_figure(4.6, 5.2, "Reliability diagram", subtitle)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    middle, width = (filled["low"] + filled["high"]) / 2, filled["high"] - filled["low"]
    upper.bar(middle, filled["accuracy"], width * 0.94, color=LIGHT_BLUE, label="accuracy")
    gap = filled["confidence"] - filled["accuracy"]
    upper.bar(
        middle, gap, width * 0.94, bottom=filled["accuracy"], facecolor="none", edgecolor=VERMILLION, hatch="////",
        linewidth=0.9, label="gap to the mean confidence",
    )  # fmt: skip
    upper.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1.1, zorder=3, label="perfect calibration")
    unit_axes(upper, "x", "y")
    upper.set_ylabel("accuracy")
    upper.legend(loc="upper left", frameon=True, edgecolor="none", framealpha=0.85)
    upper.text(0.97, 0.04, f"ECE {np.mean(errors):.3f}{spread}", ha="right", va="bottom", size=9, color=INK,
               weight="bold", bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2})  # fmt: skip

    total = table["photos"].sum()
    accuracy = (filled["accuracy"] * filled["photos"]).sum() / total
    confidence = (filled["confidence"] * filled["photos"]).sum() / total
    lower.bar(middle, 100 * filled["photos"] / total, width * 0.94, color="#b8b8b8")
    lower.axvline(
        confidence, color=VERMILLION, linewidth=1.2, linestyle="--", label=f"mean confidence {confidence:.3f}"
    )
    lower.axvline(accuracy, color=BLUE, linewidth=1.2, label=f"accuracy {accuracy:.3f}")
    lower.grid(visible=True, axis="y")
    lower.set_ylabel("% of photos")
    lower.set_xlabel("confidence (highest probability)")
    lower.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.1)
    if len(replicates) > 1:
        footnote(figure, f"Photos of {len(replicates)} replicates pooled; ECE: mean ± standard deviation.")
    return figure
