"""The eight orientations of a square picture: turned by quarters, and mirrored."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

ORIENTATIONS = (
    "",
    "mirrored",
    "mirrored top to bottom",
    "turned by 180 degrees",
    "mirrored along the diagonal",
    "turned by 90 degrees",
    "turned by 90 degrees",
    "mirrored along the diagonal",
)
"""What is done to a picture in each orientation. The bits of the index, applied in this order: 4 swaps rows and columns,
2 reverses the rows, 1 reverses the columns."""
UPRIGHT, MIRRORED = 0, 1


def oriented(pictures: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return a view of m square pictures, (m, side, side, ...), in one of the eight orientations."""
    if orientation & 4:
        pictures = pictures.swapaxes(1, 2)
    if orientation & 2:
        pictures = pictures[:, ::-1]
    return pictures[:, :, ::-1] if orientation & 1 else pictures


def oriented_frequencies(low: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (8, k, k) coefficients that the DCT of a picture has in each orientation.

    Swapping rows and columns transposes the coefficients; reversing an axis changes the sign of its odd frequencies.

    Args:
        low: (k, k) coefficients of the picture, rows by columns.
    """
    sign = np.where(np.arange(len(low)) % 2, -1.0, 1.0)
    found = np.empty((len(ORIENTATIONS), *low.shape))
    for orientation in range(len(ORIENTATIONS)):
        coefficients = low.T if orientation & 4 else low
        if orientation & 2:
            coefficients = coefficients * sign[:, None]
        found[orientation] = coefficients * sign if orientation & 1 else coefficients
    return found
