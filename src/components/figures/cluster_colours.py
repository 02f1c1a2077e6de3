"""Colours of classes and clusters: a number has the same colour in every figure and on the map."""

from components.figures.style import COLOURS

MORE = ("#7b4173", "#8c6d31", "#31a354", "#843c39", "#3182bd", "#b15928", "#fb9a99", "#6b6ecf", "#17becf", "#9e9ac8")
"""Used after the seven `COLOURS`, which are easiest to distinguish."""

NOISE_COLOUR = "#b5b5b5"

ALL = (*COLOURS, *MORE)


def colour_of(number: int) -> str:
    """Return the colour of a class or cluster; grey for noise (below 0). Colours repeat after seventeen."""
    return NOISE_COLOUR if number < 0 else ALL[number % len(ALL)]
