"""How many texts find their photo, by kind of text and by model."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from components.figures.style import COLOURS, WIDTH, footnote, house_style, shares, titled_figure
from components.metrics import Estimate


@house_style()
def recalls(
    panels: Mapping[str, Mapping[str, Sequence[Estimate]]], texts: Sequence[str], *, subtitle: str = ""
) -> Figure:
    """Points with 95 % intervals: a panel a measure, a row a kind of text, a colour a model.

    Args:
        panels: By measure and model, an estimate for each of `texts`.
        texts: Names of the rows.
        subtitle: Data and sizes.
    """
    figure = titled_figure(WIDTH, 1.3 + 0.55 * len(texts), "Texts that find their photo", subtitle)
    for axes, (measure, models) in zip(
        figure.subplots(1, len(panels), sharey=True, squeeze=False)[0], panels.items(), strict=True
    ):
        for place, (name, found) in enumerate(models.items()):
            values = np.array([one.value for one in found])
            errors = [values - [one.low for one in found], [one.high for one in found] - values]
            height = np.arange(len(texts)) + 0.22 * (place - (len(models) - 1) / 2)
            axes.errorbar(
                values, height, xerr=errors, fmt="o", color=COLOURS[place], label=name, markersize=4, capsize=2
            )
        axes.set_title(measure)
        axes.set_yticks(range(len(texts)), texts)
        axes.set_ylim(len(texts) - 0.5, -0.5)
        shares(axes, "x")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    footnote(figure, "Points: share of queries. Bars: 95 % bootstrap interval over queries.")
    return figure
