"""Colours of groups: of classes and of clusters, the same number the same colour in every figure and on the map."""

from components.figures.style import COLOURS

MORE = ("#7b4173", "#8c6d31", "#31a354", "#843c39", "#3182bd", "#b15928", "#fb9a99", "#6b6ecf", "#17becf", "#9e9ac8")
"""After the house's seven, which eyes tell apart best."""

NOISE_COLOUR = "#b5b5b5"

ALL = (*COLOURS, *MORE)


def colour_of(number: int) -> str:
    """Colour of a group by its number; noise, which is below 0, is grey. After seventeen they begin anew."""
    return NOISE_COLOUR if number < 0 else ALL[number % len(ALL)]
