"""The `waypoints` data set: images of points of interest, rendered from a seed."""

from components.waypoints.source import waypoints

__all__ = ["waypoints"]
