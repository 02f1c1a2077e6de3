"""The embedded data set: photos of points of interest, rendered from a seed."""

from components.waypoints.source import waypoints

__all__ = ["waypoints"]
