"""Offsets between positions on the globe."""

import math

METRES_PER_DEGREE = 111_320.0
"""Length of one degree of latitude in metres."""


def offset_position(latitude: float, longitude: float, east: float, north: float) -> tuple[float, float]:
    """Return the (latitude, longitude) in degrees that is `east` and `north` metres from another position."""
    metres_per_degree_of_longitude = METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return latitude + north / METRES_PER_DEGREE, longitude + east / metres_per_degree_of_longitude
