"""Nearest points, and the rules of games about the distance between points."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.geodesy import EARTH_METRES, Floats

Indices = NDArray[np.int64]


def nearest_points(
    latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], k: int = 5
) -> tuple[Indices, Floats]:
    """Return the `k` nearest points of each position, by great-circle distance.

    Args:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        points: Latitudes and longitudes (m,) in degrees; points with a NaN are ignored.
        k: Number of points; all of them if there are fewer.

    Returns:
        Indices of the points and distances in metres, both (n, k), nearest first; -1 and NaN for positions with a NaN.
    """
    from sklearn.neighbors import BallTree

    valid_points = np.flatnonzero(np.isfinite(points[0]) & np.isfinite(points[1]))
    valid = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    k = min(k, len(valid_points))
    indices, metres = np.full((len(latitude), k), -1, dtype=np.int64), np.full((len(latitude), k), np.nan)
    if k and len(valid):
        tree = BallTree(np.radians(np.column_stack(points)[valid_points]), metric="haversine")
        arcs, found = tree.query(np.radians(np.column_stack([latitude, longitude])[valid]), k=k)
        indices[valid], metres[valid] = valid_points[found], arcs * EARTH_METRES
    return indices, metres


def no_spacing_rule(latitude: Floats, longitude: Floats, points: tuple[Floats, Floats]) -> list[Indices]:
    """Return no points for every position: there is no rule (Wayfarer itself has no minimum distance)."""
    del longitude, points
    return [np.empty(0, dtype=np.int64) for _ in latitude]


def closer_than(
    latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], *, metres: float = 20.0
) -> list[Indices]:
    """Return the points closer than `metres` to each position, nearest first (Ingress: 20 m between portals).

    Args:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        points: Latitudes and longitudes (m,) of the existing points, in degrees.
        metres: Minimum distance of the rule.

    Returns:
        For each position, the indices of the points; none for positions with a NaN.

    Raises:
        ConfigError: `metres` is not positive.
    """
    if not metres > 0:
        raise ConfigError(f"location.spacing.metres={metres}: expected a distance above 0")
    from sklearn.neighbors import BallTree

    valid_points = np.flatnonzero(np.isfinite(points[0]) & np.isfinite(points[1]))
    barred = no_spacing_rule(latitude, longitude, points)
    valid = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if len(valid_points) and len(valid):
        tree = BallTree(np.radians(np.column_stack(points)[valid_points]), metric="haversine")
        queries = np.radians(np.column_stack([latitude, longitude])[valid])
        found, arcs = tree.query_radius(queries, metres / EARTH_METRES, return_distance=True, sort_results=True)
        for position, near, arc in zip(valid, found, arcs, strict=True):
            barred[position] = valid_points[near[arc * EARTH_METRES < metres]]
    return barred


def same_cell(latitude: Floats, longitude: Floats, points: tuple[Floats, Floats], *, level: int = 17) -> list[Indices]:
    """Return the points in the S2 cell of each position (Pokémon GO: one PokéStop or gym per level-17 cell, 70 m).

    Args:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        points: Latitudes and longitudes (m,) of the existing points, in degrees.
        level: Level of the S2 cells, 0 to 30.

    Returns:
        For each position, the indices of the points; none for positions with a NaN.

    Raises:
        ConfigError: `level` is not between 0 and 30.
    """
    cells: dict[int, list[int]] = {}
    for index, cell in enumerate(s2_cells(*points, level)):
        cells.setdefault(cell, []).append(index)
    return [
        np.array(cells.get(cell, []) if cell else [], dtype=np.int64) for cell in s2_cells(latitude, longitude, level)
    ]


def s2_cells(latitude: Floats, longitude: Floats, level: int) -> Sequence[int]:
    """Return the id of the S2 cell of each position; 0, which is not an id, for positions with a NaN.

    Args:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        level: Level of the S2 cells, 0 to 30.

    Raises:
        ConfigError: `level` is not between 0 and 30.
    """
    from s2sphere import CellId, LatLng

    if not 0 <= level <= 30:
        raise ConfigError(f"location.spacing.level={level}: expected a level of S2 cells, 0 to 30")
    return [
        CellId.from_lat_lng(LatLng.from_degrees(north, east)).parent(level).id()
        if np.isfinite(north) and np.isfinite(east)
        else 0
        for north, east in zip(latitude, longitude, strict=True)
    ]
