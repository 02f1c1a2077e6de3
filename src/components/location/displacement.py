"""Claims moved on purpose: what a check of coordinates is measured on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError
from components.geodesy import FARTHEST_METRES, Floats, destination


@dataclass(frozen=True)
class Displaced:
    """Claims of which some were moved.

    Attributes:
        latitude: (n,) degrees.
        longitude: (n,) degrees.
        metres: (n,) how far each was moved; 0 where it was left.
    """

    latitude: Floats
    longitude: Floats
    metres: Floats

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """(n,) which claims were moved."""
        moved_claims: NDArray[np.bool_] = self.metres > 0
        return moved_claims


def unmoved(latitude: Floats, longitude: Floats, *, seed: int) -> Displaced:
    """The claims as they are."""
    del seed
    return Displaced(latitude, longitude, np.zeros(len(latitude)))


def displace(
    latitude: Floats, longitude: Floats, *, seed: int, share: float = 0.5, metres: tuple[float, float] = (20.0, 20000.0)
) -> Displaced:
    """Move a share of claims, each in a direction and by a distance of its own, alike in every order of magnitude.

    Args:
        latitude: (n,) degrees.
        longitude: (n,) degrees.
        seed: Of which are moved, how far and where to.
        share: Of the claims, rounded to whole ones.
        metres: Shortest and longest distance.

    Raises:
        ConfigError: `share` is none, or the distances are not in order.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"location.displacement.share={share}: expected a share between 0 and 1")
    shortest, longest = metres
    if not 0 < shortest <= longest <= FARTHEST_METRES:
        raise ConfigError(
            f"location.displacement.metres=[{shortest:g}, {longest:g}]: expected two distances above 0, the shorter "
            f"first, and no farther than half around the Earth ({FARTHEST_METRES:,.0f} m)"
        )
    generator = np.random.default_rng(seed)
    n = len(latitude)
    far = np.zeros(n)
    chosen = generator.permutation(n)[: round(share * n)]
    far[chosen] = np.exp(generator.uniform(np.log(shortest), np.log(longest), len(chosen)))
    to_latitude, to_longitude = destination(latitude, longitude, far, generator.uniform(0, 2 * np.pi, n))
    still = far == 0
    return Displaced(np.where(still, latitude, to_latitude), np.where(still, longitude, to_longitude), far)
