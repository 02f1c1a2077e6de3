"""Distances on the Earth, taken for a sphere of 6,371,008.8 m (mean radius of WGS 84; at most 0.6 % off)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_METRES = 6_371_008.8
FARTHEST_METRES = np.pi * EARTH_METRES
"""Half the way around: no two points are farther apart."""

Floats = NDArray[np.float64]


def great_circle_metres(
    latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> Floats:
    """Metres between points in degrees, by the haversine formula; arguments broadcast, NaN gives NaN."""
    one, other = np.radians(latitude), np.radians(to_latitude)
    half_width = np.radians(np.subtract(to_longitude, longitude)) / 2
    chord = np.sin((other - one) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(half_width) ** 2
    metres: Floats = 2 * EARTH_METRES * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return metres


def moved(latitude: ArrayLike, longitude: ArrayLike, metres: ArrayLike, bearing: ArrayLike) -> tuple[Floats, Floats]:
    """The point reached from (latitude, longitude) after `metres` on a great circle that sets out at `bearing`.

    Args:
        latitude: Degrees.
        longitude: Degrees.
        metres: How far.
        bearing: Radians, clockwise from north.

    Returns:
        Latitude and longitude in degrees, the longitude in [-180, 180).
    """
    start, arc = np.radians(latitude), np.asarray(metres) / EARTH_METRES
    sine = np.sin(start) * np.cos(arc) + np.cos(start) * np.sin(arc) * np.cos(bearing)
    east = np.arctan2(np.sin(bearing) * np.sin(arc) * np.cos(start), np.cos(arc) - np.sin(start) * sine)
    return np.degrees(np.arcsin(np.clip(sine, -1, 1))), (np.degrees(east) + longitude + 180) % 360 - 180


def mean_position(latitude: Floats, longitude: Floats, weights: Floats) -> tuple[float, float]:
    """The weighted mean of points (n,), also across the 180th meridian: mean of unit vectors, back on the sphere."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    vectors = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    x, y, z = vectors @ (weights / weights.sum())
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))
