"""Which photos of a manifest have what one asks for: values of columns, ranges of numbers, a place and a radius."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data.manifest import Manifest
from components.errors import ConfigError
from components.geodesy import great_circle_metres

PLACE = ("near", "within")
RANGE = ("at_least", "at_most")
SHOWN = 8


def filter_mask(manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.bool_]:
    """(n,) whether each photo passes all of the filters.

    Args:
        manifest: The photos.
        filters: By name of a column (extra ones too): a value, a list of values of which one must be had, or
            {at_least: ..., at_most: ...}, either of which may lack; values are compared as they are written. And
            `near: [latitude, longitude]` with `within: METRES`: photos no farther than that on the great circle;
            photos without coordinates do not pass.

    Raises:
        ConfigError: There is no such column, or a filter is none of these.
    """
    keep = np.ones(len(manifest), dtype=bool)
    columns = manifest.columns()
    for name, wanted in filters.items():
        if name in PLACE:
            continue
        if name not in columns:
            near = get_close_matches(str(name), [*columns, *PLACE], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ConfigError(f"filters.{name}: photos have no such column.{hint} Columns: {', '.join(columns)}")
        keep &= (
            _in_range(columns[name], name, wanted) if isinstance(wanted, Mapping) else _one_of(columns[name], wanted)
        )
    if set(PLACE) & set(filters):
        keep &= _within(manifest, filters)
    return keep


def metres_from(manifest: Manifest, latitude: float, longitude: float) -> NDArray[np.float64]:
    """(n,) metres of each photo from a point in degrees, on the great circle; NaN without coordinates."""
    return great_circle_metres(latitude, longitude, manifest.latitude, manifest.longitude)


def place_of(filters: Mapping[str, Any]) -> tuple[float, float] | None:
    """The (latitude, longitude) that the filters ask to be near to, if they do; raises ConfigError when it is none."""
    if "near" not in filters:
        return None
    try:
        latitude, longitude = (float(one) for one in filters["near"])
    except (TypeError, ValueError):
        latitude = longitude = np.nan
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ConfigError(
            f"filters.near: {filters['near']!r} is no place: give [latitude, longitude] in degrees, as [42.88, -8.54]"
        )
    return latitude, longitude


def _one_of(column: NDArray[Any], wanted: Any) -> NDArray[np.bool_]:
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    if column.dtype.kind in "fiu":
        numbers = [float(one) for one in values]
        found: NDArray[np.bool_] = np.isin(column, numbers)
        return found
    return np.isin(column.astype(str), [str(one) for one in values])


def _in_range(column: NDArray[Any], name: str, wanted: Mapping[str, Any]) -> NDArray[np.bool_]:
    strange = set(wanted) - set(RANGE)
    if strange or not wanted:
        raise ConfigError(f"filters.{name}: {dict(wanted)} is no range: give at_least, at_most or both")
    keep = np.ones(len(column), dtype=bool)
    if column.dtype.kind not in "fiu":
        column, wanted = column.astype(str), {key: str(value) for key, value in wanted.items()}
    if "at_least" in wanted:
        keep &= column >= wanted["at_least"]
    if "at_most" in wanted:
        keep &= column <= wanted["at_most"]
    return keep


def _within(manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.bool_]:
    place = place_of(filters)
    radius = filters.get("within")
    if place is None or not isinstance(radius, int | float) or not radius > 0:
        raise ConfigError(
            f"filters.near = {filters.get('near')} and filters.within = {radius} go together: a place as "
            "[latitude, longitude] and a radius in metres above 0"
        )
    near: NDArray[np.bool_] = metres_from(manifest, *place) <= radius
    return near
