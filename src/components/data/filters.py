"""Filters of photos by column values, ranges, and distance from a position."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.errors import ConfigError
from components.geodesy import great_circle_metres
from components.wording import did_you_mean

POSITION_FILTERS = ("near", "within")
RANGE_KEYS = ("at_least", "at_most")


def filter_mask(manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Compute which photos pass all filters.

    Args:
        manifest: n photos.
        filters: Filters by column name (extra columns too): a value, a list of accepted values, or a range
            {at_least: ..., at_most: ...} with one or both bounds; text is compared alphabetically. Besides,
            `near: [latitude, longitude]` with `within: METRES` selects photos within that great-circle distance;
            photos without coordinates do not pass.

    Returns:
        (n,) mask.

    Raises:
        ConfigError: There is no such column, or a filter is invalid.
    """
    keep = np.ones(len(manifest), dtype=bool)
    columns = manifest.columns()
    for name, wanted in filters.items():
        if name in POSITION_FILTERS:
            continue
        if name not in columns:
            hint = did_you_mean(str(name), [*columns, *POSITION_FILTERS])
            raise ConfigError(f"filters.{name}: photos have no such column.{hint} Columns: {', '.join(columns)}")
        keep &= (
            _in_range(columns[name], name, wanted) if isinstance(wanted, Mapping) else _any_of(columns[name], wanted)
        )
    if set(POSITION_FILTERS) & set(filters):
        keep &= _within(manifest, filters)
    return keep


def metres_from(manifest: Manifest, latitude: float, longitude: float) -> NDArray[np.float64]:
    """Compute the (n,) great-circle distances of the photos from a position, in metres; NaN without coordinates.

    Args:
        manifest: n photos.
        latitude: Degrees north.
        longitude: Degrees east.
    """
    return great_circle_metres(latitude, longitude, manifest.latitude, manifest.longitude)


def near_position(filters: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the (latitude, longitude) of the filter `near`, or None if there is no such filter.

    Raises:
        ConfigError: It is not a pair of coordinates.
    """
    if "near" not in filters:
        return None
    try:
        latitude, longitude = (float(degrees) for degrees in filters["near"])
    except (TypeError, ValueError):
        latitude = longitude = np.nan
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ConfigError(
            f"filters.near={filters['near']!r} is not a position: expected [latitude, longitude] in degrees, such as "
            "[42.88, -8.54]"
        )
    return latitude, longitude


def _any_of(column: NDArray[Any], wanted: Any) -> NDArray[np.bool_]:
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    if column.dtype.kind in "fiu":
        found: NDArray[np.bool_] = np.isin(column, [float(value) for value in values])
        return found
    return np.isin(column.astype(str), [str(value) for value in values])


def _in_range(column: NDArray[Any], name: str, wanted: Mapping[str, Any]) -> NDArray[np.bool_]:
    unknown = set(wanted) - set(RANGE_KEYS)
    if unknown or not wanted:
        raise ConfigError(f"filters.{name}={dict(wanted)} is not a range: expected at_least, at_most or both")
    keep = np.ones(len(column), dtype=bool)
    if column.dtype.kind not in "fiu":
        column, wanted = column.astype(str), {key: str(value) for key, value in wanted.items()}
    if "at_least" in wanted:
        keep &= column >= wanted["at_least"]
    if "at_most" in wanted:
        keep &= column <= wanted["at_most"]
    return keep


def _within(manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.bool_]:
    position = near_position(filters)
    radius = filters.get("within")
    if position is None or not isinstance(radius, int | float) or not radius > 0:
        raise ConfigError(
            f"filters.near={filters.get('near')} and filters.within={radius} must be given together: a position as "
            "[latitude, longitude] and a radius in metres above 0"
        )
    near: NDArray[np.bool_] = metres_from(manifest, *position) <= radius
    return near
