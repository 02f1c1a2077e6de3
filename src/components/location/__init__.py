"""Coordinates: where photos were taken, whether a claim agrees with it, and which points stand near."""

from components.geodesy import destination, great_circle_metres
from components.location.displacement import Displaced, displace, unmoved
from components.location.exif_position import ExifPosition, exif_position
from components.location.location import Location
from components.location.plausibility import Plausibility, VisualPrior, no_prior
from components.location.position_check import PositionCheck, PositionVerdict
from components.location.spacing import closer_than, free, nearest_points, s2_cells, same_cell

__all__ = [
    "Displaced",
    "ExifPosition",
    "Location",
    "Plausibility",
    "PositionCheck",
    "PositionVerdict",
    "VisualPrior",
    "closer_than",
    "destination",
    "displace",
    "exif_position",
    "free",
    "great_circle_metres",
    "nearest_points",
    "no_prior",
    "s2_cells",
    "same_cell",
    "unmoved",
]
