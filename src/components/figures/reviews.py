"""Decisions of a review of proposals, and the probabilities of its checks."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

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

Floats = NDArray[np.float64]

RIGHTMOST_LABEL = 0.8
"""Thresholds above this have their label on the left."""


@figure_style()
def review_decisions(
    acceptable: Floats,
    probabilities: Mapping[str, Floats],
    faults: NDArray[np.object_] | None,
    accept: float,
    reject: float,
    *,
    subtitle: str = "",
) -> Figure:
    """Draw proposals by probability of being acceptable, with both thresholds, and by probability of each fault.

    Args:
        acceptable: (n,) probability of having no fault.
        probabilities: (n,) probability of its fault, by check.
        faults: (n,) injected fault, "" for none; None where the faults are unknown.
        accept: Proposals with at least this probability of being acceptable are accepted; infinity for none.
        reject: Proposals with at least this probability of a fault are rejected; infinity for none.
        subtitle: Data and numbers of photos.
    """
    names = (
        [] if faults is None else [name for name in dict.fromkeys(["", *sorted(set(faults))]) if (faults == name).any()]
    )
    others = iter((BLUE, *COLOURS[3:]))
    kinds = {
        name: (GREEN if not name else VERMILLION if number == 1 else next(others)) for number, name in enumerate(names)
    }
    figure = titled_figure(WIDTH, 2.6 + 0.75 * len(probabilities), "Decisions of the review", subtitle)
    panels = figure.subplots(1 + len(probabilities), 1, sharex=True, height_ratios=[3, *[1] * len(probabilities)])
    top = np.atleast_1d(panels)[0]
    edges = np.linspace(0, 1, 26)
    groups = [acceptable] if faults is None else [acceptable[faults == name] for name in names]
    labels = (
        ["proposals"]
        if faults is None
        else [
            f"{(name or 'no fault').replace('_', ' ')} ({len(group)})"
            for name, group in zip(names, groups, strict=True)
        ]
    )
    colours = [BLUE] if faults is None else list(kinds.values())
    top.hist(groups, edges, stacked=True, color=colours, label=labels, edgecolor="white", linewidth=0.3)
    for end, words in ((accept, "accepted →"), (1 - reject, "← rejected")):
        if np.isfinite(end):
            top.axvline(end, color=MUTED, linestyle="--", linewidth=1.1)
            right = words == "accepted →" and end < RIGHTMOST_LABEL
            top.annotate(
                words, (end, 1), xycoords=("data", "axes fraction"), xytext=(4 if right else -4, -2),
                textcoords="offset points", ha="left" if right else "right", va="top", color=MUTED,
            )  # fmt: skip
    top.set_title("probability of being acceptable, and automatic decisions")
    top.set_ylabel("proposals")
    top.grid(visible=True, axis="y")
    top.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    jitter = np.random.default_rng(0)
    for panel, (check, probability) in zip(np.atleast_1d(panels)[1:], probabilities.items(), strict=True):
        panel.set_title(f"{check}: probability of its fault")
        panel.set(yticks=[], ylim=(-0.6, 0.6))
        panel.grid(visible=True, axis="x")
        for name, colour in (kinds or {None: BLUE}).items():
            rows = np.ones(len(probability), dtype=bool) if name is None else faults == name
            panel.scatter(
                probability[rows],
                jitter.uniform(-0.45, 0.45, int(rows.sum())),
                s=9,
                color=colour,
                alpha=0.55,
                linewidths=0,
            )
    np.atleast_1d(panels)[-1].set(xlim=(-0.01, 1.01))
    footnote(
        figure,
        "Dashed: thresholds that keep the tolerated share of wrong decisions. Dots are spread vertically at random.",
    )
    return figure
