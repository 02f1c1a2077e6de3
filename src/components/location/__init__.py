"""Coordinates: EXIF positions of photos, checks of claimed coordinates, and distances between points."""

from components.geodesy import destination, great_circle_metres
from components.location.displacement import Displaced, displace, no_displacement
from components.location.exif_position import ExifPosition, exif_position
from components.location.location import Location
from components.location.plausibility import Plausibility, VisualPrior, no_prior
from components.location.position_check import PositionCheck, PositionVerdict
from components.location.spacing import closer_than, nearest_points, no_spacing_rule, s2_cells, same_cell

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
    "great_circle_metres",
    "nearest_points",
    "no_displacement",
    "no_prior",
    "no_spacing_rule",
    "s2_cells",
    "same_cell",
]
