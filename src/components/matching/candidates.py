"""Selection of candidate pairs, because all pairs of n photos are too many to score."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.location import closer_than
from components.matching.nearest import nearest_neighbours
from components.matching.pairs import Pairs, Rows, unordered
from components.wording import counted


class Candidates(Protocol):
    """Selects candidate pairs of the photos of a manifest."""

    def __call__(self, photos: Manifest, vectors: NDArray[np.float32], *, coordinates: bool, seed: int) -> Pairs:
        """Select the candidate pairs.

        Args:
            photos: The n photos.
            vectors: (n, d) embeddings with rows of unit length.
            coordinates: Whether the coordinates of the photos may be used.
            seed: Seed of random choices.
        """


def mine_candidates(
    photos: Manifest,
    vectors: NDArray[np.float32],
    *,
    coordinates: bool,
    seed: int,  # noqa: ARG001 - deterministic
    neighbours: int = 10,
    within: float = 50.0,
) -> Pairs:
    """Pair each photo with its nearest neighbours by embedding and with all photos near its coordinates.

    Args:
        photos: The n photos.
        vectors: (n, d) embeddings with rows of unit length.
        coordinates: Whether coordinates are used; photos without coordinates are paired by embedding only.
        seed: Unused.
        neighbours: Number of nearest neighbours by embedding.
        within: Photos closer than this distance in metres are paired.

    Returns:
        Undirected pairs, each once.

    Raises:
        ConfigError: `neighbours` or `within` is negative, or both are 0.
    """
    if neighbours < 0 or within < 0 or not (neighbours or within):
        raise ConfigError(
            f"matching.candidates: neighbours={neighbours} and within={within} select no pairs: "
            "expected numbers of 0 or more, at least one of them above 0"
        )
    n = len(photos)
    nearest = nearest_neighbours(vectors, neighbours)
    left, right = [np.repeat(np.arange(n), nearest.shape[1])], [nearest.ravel()]
    if coordinates and within:
        for row, near in enumerate(_near(photos, within)):
            left.append(np.full(len(near), row))
            right.append(near)
    return unordered(np.concatenate(left), np.concatenate(right), n)


def draw_candidates(
    photos: Manifest,
    vectors: NDArray[np.float32],  # noqa: ARG001 - not used
    *,
    coordinates: bool,  # noqa: ARG001
    seed: int,
    others: int = 3,
    same_class: bool = False,
) -> Pairs:
    """Draw, for each photo, one photo of the same object and some photos of other objects, as in the thesis.

    Args:
        photos: The n photos; photos that are the only one of their object get no candidates.
        vectors: Unused.
        coordinates: Unused.
        seed: Seed of the draws.
        others: Number of photos of other objects, each of a different object.
        same_class: Whether these must have the same label as the photo, which makes the task harder.

    Returns:
        Directed pairs, `others` + 1 per photo.

    Raises:
        DataError: No object has two photos, or there are fewer than `others` other objects.
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
                f"{photos.path[row]}: there are {counted(len(names), 'other object')} to draw {others} candidates "
                "from: lower matching.candidates.others or set matching.candidates.same_class=false"
            )
        right.append(int(generator.choice([candidate for candidate in rows_of[name] if candidate != row])))
        for other in generator.choice(names, others, replace=False):
            rows = [candidate for candidate in rows_of[str(other)] if pool[candidate]]
            right.append(int(generator.choice(rows)))
        left += [row] * (others + 1)
    if not left:
        raise DataError(
            f"No object of {photos.origin or photos.root} has two photos: expected equal values in the column "
            "object_id for photos of the same object"
        )
    return Pairs(np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), directed=True)


def _near(photos: Manifest, metres: float) -> list[Rows]:
    """Return, for each photo, the rows of the photos closer than `metres`, including itself."""
    points = photos.latitude, photos.longitude
    return closer_than(*points, points, metres=metres)
