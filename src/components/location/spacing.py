"""Rules of games about how near to each other points may stand, and which points are near at all."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.geodesy import EARTH_METRES, Floats

Indices = NDArray[np.int64]


def nearest_points(
    latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], k: int = 5
) -> tuple[Indices, Floats]:
    """The `k` nearest of some points for each position, by great circle.

    Args:
        latitude: (n,) degrees.
        longitude: (n,) degrees.
        points: Latitudes and longitudes (m,) in degrees; a point with a NaN is passed over.
        k: How many; fewer where there are fewer points.

    Returns:
        Indices into `points` and metres, both (n, k), nearest first; -1 and NaN for a position that has a NaN.
    """
    from sklearn.neighbors import BallTree

    there = np.flatnonzero(np.isfinite(points[0]) & np.isfinite(points[1]))
    asked = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    k = min(k, len(there))
    indices, metres = np.full((len(latitude), k), -1, dtype=np.int64), np.full((len(latitude), k), np.nan)
    if k and len(asked):
        tree = BallTree(np.radians(np.column_stack(points)[there]), metric="haversine")
        arcs, found = tree.query(np.radians(np.column_stack([latitude, longitude])[asked]), k=k)
        indices[asked], metres[asked] = there[found], arcs * EARTH_METRES
    return indices, metres


def free(latitude: Floats, longitude: Floats, points: tuple[Floats, Floats]) -> list[Indices]:
    """No rule: nothing bars a position (Wayfarer itself states none)."""
    del longitude, points
    return [np.empty(0, dtype=np.int64) for _ in latitude]


def closer_than(
    latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], *, metres: float = 20.0
) -> list[Indices]:
    """For each position, the points closer than `metres`, nearest first (Ingress: 20 m between portals).

    Args:
        latitude: (n,) degrees.
        longitude: (n,) degrees.
        points: Latitudes and longitudes (m,) of the points that exist.
        metres: The rule's distance.

    Raises:
        ConfigError: `metres` is not positive.
    """
    if not metres > 0:
        raise ConfigError(f"location.spacing.metres={metres}: expected a distance above 0")
    from sklearn.neighbors import BallTree

    there = np.flatnonzero(np.isfinite(points[0]) & np.isfinite(points[1]))
    barred = free(latitude, longitude, points)
    asked = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if len(there) and len(asked):
        tree = BallTree(np.radians(np.column_stack(points)[there]), metric="haversine")
        at = np.radians(np.column_stack([latitude, longitude])[asked])
        found, arcs = tree.query_radius(at, metres / EARTH_METRES, return_distance=True, sort_results=True)
        for position, near, far in zip(asked, found, arcs, strict=True):
            barred[position] = there[near[far * EARTH_METRES < metres]]
    return barred


def same_cell(latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], *, level: int = 17) -> list[Indices]:
    """For each position, the points in the same S2 cell (Pokémon GO: one stop or gym a level-17 cell, about 70 m).

    Args:
        latitude: (n,) degrees.
        longitude: (n,) degrees.
        points: Latitudes and longitudes (m,) of the points that exist.
        level: Of the S2 cells, 0 to 30.

    Raises:
        ConfigError: There is no such level.
    """
    cells: dict[int, list[int]] = {}
    for index, cell in enumerate(s2_cells(*points, level)):
        cells.setdefault(cell, []).append(index)
    return [
        np.array(cells.get(cell, []) if cell else [], dtype=np.int64) for cell in s2_cells(latitude, longitude, level)
    ]


def s2_cells(latitude: Floats, longitude: Floats, level: int) -> Sequence[int]:
    """The id of the S2 cell of each position; 0, which no cell has, where it has a NaN."""
    from s2sphere import CellId, LatLng

    if not 0 <= level <= 30:
        raise ConfigError(f"location.spacing.level={level}: S2 has the levels 0 to 30")
    return [
        CellId.from_lat_lng(LatLng.from_degrees(north, east)).parent(level).id()
        if np.isfinite(north) and np.isfinite(east)
        else 0
        for north, east in zip(latitude, longitude, strict=True)
    ]
