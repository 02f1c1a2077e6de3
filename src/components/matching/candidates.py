"""Which pairs are looked at: all pairs of n photos are too many to score."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.location import closer_than
from components.matching.nearest import nearest_of_each
from components.matching.pairs import Pairs, Rows, unordered


class Candidates(Protocol):
    """Chooses pairs of a manifest's photos."""

    def __call__(self, photos: Manifest, vectors: NDArray[np.float32], *, coordinates: bool, seed: int) -> Pairs:
        """Pairs of the n photos.

        Args:
            photos: n photos.
            vectors: (n, d) unit rows.
            coordinates: Whether coordinates may be looked at.
            seed: Of what is drawn.
        """


def mined(
    photos: Manifest,
    vectors: NDArray[np.float32],
    *,
    coordinates: bool,
    seed: int,  # noqa: ARG001 - nothing is drawn
    neighbours: int = 10,
    within: float = 50.0,
) -> Pairs:
    """Each photo with its nearest by embedding, and with all that were claimed near it.

    Args:
        photos: n photos.
        vectors: (n, d) unit rows.
        coordinates: Whether coordinates may be looked at; photos without any are found by embedding only.
        seed: Unused.
        neighbours: Nearest by embedding.
        within: Metres.

    Raises:
        ConfigError: `neighbours` or `within` is negative, or both are 0.
    """
    if neighbours < 0 or within < 0 or not (neighbours or within):
        raise ConfigError(
            f"matching.candidates: neighbours={neighbours} and within={within} choose no pairs: one must be above 0"
        )
    n = len(photos)
    nearest = nearest_of_each(vectors, neighbours)
    one, other = [np.repeat(np.arange(n), nearest.shape[1])], [nearest.ravel()]
    if coordinates and within:
        for row, near in enumerate(_near(photos, within)):
            one.append(np.full(len(near), row))
            other.append(near)
    return unordered(np.concatenate(one), np.concatenate(other), n)


def drawn(
    photos: Manifest,
    vectors: NDArray[np.float32],  # noqa: ARG001 - none is looked at
    *,
    coordinates: bool,  # noqa: ARG001
    seed: int,
    others: int = 3,
    same_class: bool = False,
) -> Pairs:
    """Each photo with one other of its object and some of other objects, as in the thesis: four candidates, one right.

    Args:
        photos: n photos; those whose object has no second photo do not ask.
        vectors: Unused.
        coordinates: Unused.
        seed: Of what is drawn.
        others: Photos of other objects, each of an object of its own.
        same_class: Whether they have the label of the photo that asks, which is harder.

    Raises:
        DataError: No object has a second photo, or there are too few others.
    """
    generator = np.random.default_rng(seed)
    objects = photos.object_id
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(objects.tolist()):
        if name:
            rows_of.setdefault(name, []).append(row)
    left: list[int] = []
    right: list[int] = []
    for row, name in enumerate(objects.tolist()):
        if len(rows_of.get(name, ())) < 2:
            continue
        pool = objects != name
        pool &= objects != ""
        if same_class:
            pool &= photos.label == photos.label[row]
        names = np.unique(objects[pool].astype(str))
        if len(names) < others:
            raise DataError(
                f"{photos.path[row]}: there are {len(names)} other objects to draw {others} candidates from: ask for "
                "fewer (matching.candidates.others) or take matching.candidates.same_class=false"
            )
        right.append(int(generator.choice([one for one in rows_of[name] if one != row])))
        for other in generator.choice(names, others, replace=False):
            rows = [one for one in rows_of[str(other)] if pool[one]]
            right.append(int(generator.choice(rows)))
        left += [row] * (others + 1)
    if not left:
        raise DataError(
            f"No object of {photos.origin or photos.root} has two photos: the column object_id must be equal for "
            "photos of the same object"
        )
    return Pairs(np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), directed=True)


def _near(photos: Manifest, metres: float) -> list[Rows]:
    points = photos.latitude, photos.longitude
    return closer_than(*points, points, metres=metres)
