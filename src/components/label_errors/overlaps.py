"""Classes that overlap: pairs of which photos of one are confidently of the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Overlap:
    """Two classes that are taken for each other.

    Attributes:
        classes: Names of both; that whose photos are more often confidently of the other is the first.
        taken: Number of photos labelled as the first that are confidently of the second, and the other way round.
        share: Share of these among the photos labelled as either that are confidently of any class.
    """

    classes: tuple[str, str]
    taken: tuple[int, int]
    share: float

    @property
    def count(self) -> int:
        """Number of photos in both directions."""
        return sum(self.taken)


def overlapping_classes(joint: NDArray[np.float64], names: Sequence[str]) -> list[Overlap]:
    """Return the pairs of classes with any photo confidently of the other class, those with most photos first.

    Args:
        joint: (C, C) counts from `confident_joint`.
        names: Names of the C classes.
    """
    sizes, found = joint.sum(axis=1), []
    for pair in combinations(range(len(names)), 2):
        first, second = sorted(pair, key=lambda one: -joint[one, sum(pair) - one])
        taken = round(joint[first, second]), round(joint[second, first])
        if any(taken):
            share = sum(taken) / float(sizes[first] + sizes[second])
            found.append(Overlap((names[first], names[second]), taken, share))
    return sorted(found, key=lambda one: (-one.count, -one.share))
