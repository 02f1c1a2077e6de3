"""Text-to-image recall by kind of text and by model."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from components.figures.style import COLOURS, WIDTH, figure_style, footnote, titled_figure, unit_axes
from components.metrics import Estimate


@figure_style()
def recall_by_text(
    panels: Mapping[str, Mapping[str, Sequence[Estimate]]], texts: Sequence[str], *, subtitle: str = ""
) -> Figure:
    """Draw estimates with 95 % intervals: one panel per metric, one row per kind of text, one colour per model.

    Args:
        panels: By metric and model, an estimate for each of `texts`.
        texts: Names of the kinds of text.
        subtitle: Data and their size.
    """
    figure = titled_figure(WIDTH, 1.3 + 0.55 * len(texts), "Texts that find their photo", subtitle)
    for axes, (metric, models) in zip(
        figure.subplots(1, len(panels), sharey=True, squeeze=False)[0], panels.items(), strict=True
    ):
        for number, (name, found) in enumerate(models.items()):
            values = np.array([estimate.value for estimate in found])
            errors = [values - [estimate.low for estimate in found], [estimate.high for estimate in found] - values]
            height = np.arange(len(texts)) + 0.22 * (number - (len(models) - 1) / 2)
            axes.errorbar(
                values, height, xerr=errors, fmt="o", color=COLOURS[number], label=name, markersize=4, capsize=2
            )
        axes.set_title(metric)
        axes.set_yticks(range(len(texts)), texts)
        axes.set_ylim(len(texts) - 0.5, -0.5)
        unit_axes(axes, "x")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    footnote(figure, "Points: share of queries. Bars: 95 % bootstrap interval over queries.")
    return figure
