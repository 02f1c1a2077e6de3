"""Displacement of claimed coordinates, to evaluate how well a check detects wrong claims."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.geodesy import FARTHEST_METRES, Floats, destination


@dataclass(frozen=True)
class Displaced:
    """Claimed coordinates, some of them displaced.

    Attributes:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        metres: (n,) distance by which each claim was displaced; 0 if it was not.
    """

    latitude: Floats
    longitude: Floats
    metres: Floats

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """(n,) whether each claim was displaced."""
        displaced: NDArray[np.bool_] = self.metres > 0
        return displaced


def no_displacement(latitude: Floats, longitude: Floats, *, seed: int) -> Displaced:
    """Return the claims unchanged."""
    del seed
    return Displaced(latitude, longitude, np.zeros(len(latitude)))


def displace(
    latitude: Floats, longitude: Floats, *, seed: int, share: float = 0.5, metres: tuple[float, float] = (20.0, 20000.0)
) -> Displaced:
    """Displace a random share of the claims.

    Directions are uniformly distributed and distances log-uniformly, both independent for each claim.

    Args:
        latitude: (n,) latitude in degrees.
        longitude: (n,) longitude in degrees.
        seed: Seed of the choice of claims, of the directions and of the distances.
        share: Share of the claims that is displaced; their number is rounded.
        metres: Smallest and largest distance.

    Returns:
        All n claims, with the distance by which each was displaced.

    Raises:
        ConfigError: `share` is not in [0, 1], or `metres` is not an increasing pair of positive distances.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"location.displacement.share={share}: expected a number from 0 to 1")
    shortest, longest = metres
    if not 0 < shortest <= longest <= FARTHEST_METRES:
        raise ConfigError(
            f"location.displacement.metres=[{shortest:g}, {longest:g}]: expected two distances above 0, the shorter "
            f"first, both at most half the circumference of the Earth ({FARTHEST_METRES:,.0f} m)"
        )
    generator = np.random.default_rng(seed)
    n = len(latitude)
    distance = np.zeros(n)
    chosen = generator.permutation(n)[: round(share * n)]
    distance[chosen] = np.exp(generator.uniform(np.log(shortest), np.log(longest), len(chosen)))
    to_latitude, to_longitude = destination(latitude, longitude, distance, generator.uniform(0, 2 * np.pi, n))
    unchanged = distance == 0
    return Displaced(np.where(unchanged, latitude, to_latitude), np.where(unchanged, longitude, to_longitude), distance)
