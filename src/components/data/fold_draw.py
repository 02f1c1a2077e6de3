"""Draws of folds: each unit of photos in one fold, the classes and the photos divided as evenly as the units allow."""

import numpy as np
from numpy.typing import NDArray

DRAWS, MAX_UNITS = 20, 2000
"""The best of 20 draws is used, of fewer draws with more than 100 units, so that `MAX_UNITS` are assigned in all."""


def draw_folds(counts: NDArray[np.int64], folds: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Assign each unit to a fold.

    Large units are assigned first, each to the fold whose numbers of photos, in all and by class, it brings closest to
    their shares. If every unit is one photo, these numbers differ by at most one between folds. A class that is in
    several units is in several folds wherever possible.

    Args:
        counts: (U, C) photos by unit and class.
        folds: Number of folds, at most U.
        generator: Draws the order of units of similar size.

    Returns:
        (U,) the fold of each unit.
    """
    several = np.count_nonzero(counts, axis=0) > 1
    best: tuple[tuple[int, float], NDArray[np.int64]] | None = None
    for _ in range(max(1, min(DRAWS, MAX_UNITS // len(counts)))):
        fold_of = _assign(counts, folds, _order(counts, generator))
        by_fold = np.zeros((folds, counts.shape[1]), dtype=np.int64)
        np.add.at(by_fold, fold_of, counts)
        in_one_fold = int((several & (np.count_nonzero(by_fold, axis=0) == 1)).sum())
        score = in_one_fold, _distance(_with_total(by_fold))
        if best is None or score < best[0]:
            best = score, fold_of
    assert best is not None
    return best[1]


def _order(counts: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """Return a random order of the units: the largest first, to a factor of two, and those of one class together."""
    size = np.floor(np.log2(counts.sum(axis=1)))
    order: NDArray[np.int64] = np.lexsort((generator.random(len(counts)), counts.argmax(axis=1), -size))
    return order


def _assign(counts: NDArray[np.int64], folds: int, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Assign the units in order, each to the fold that it improves most; no fold is left empty."""
    sizes = _with_total(counts)
    wanted = sizes.sum(axis=0) / folds
    assigned = np.zeros((folds, sizes.shape[1]), dtype=np.int64)
    left = np.count_nonzero(counts, axis=0)
    fold_of = np.zeros(len(counts), dtype=np.int64)
    empty = set(range(folds))
    for position, unit in enumerate(order.tolist()):
        allowed = np.ones(folds, dtype=bool)
        if len(order) - position <= len(empty):
            allowed[:] = False
            allowed[list(empty)] = True
        last = (counts[unit] > 0) & (left == 1)
        so_far = assigned[:, :-1]
        alone = (last & (so_far > 0) & (so_far == so_far.sum(axis=0))).any(axis=1)
        if (allowed & ~alone).any():
            allowed &= ~alone
        change = (sizes[unit] * (2 * (assigned - wanted) + sizes[unit]) / wanted).sum(axis=1)
        candidates = np.flatnonzero(allowed)
        fold = int(candidates[np.lexsort((assigned[candidates, -1], np.round(change[candidates], 9)))[0]])
        fold_of[unit] = fold
        assigned[fold] += sizes[unit]
        left -= counts[unit] > 0
        empty.discard(fold)
    return fold_of


def _with_total(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Append the sum over the classes as a further column."""
    return np.column_stack([counts, counts.sum(axis=1)])


def _distance(by_fold: NDArray[np.int64]) -> float:
    """Return the squared distance of the folds from equal numbers, relative to these numbers."""
    wanted = by_fold.mean(axis=0)
    return float((((by_fold - wanted) ** 2) / wanted).sum())
