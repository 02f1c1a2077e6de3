"""Which photos are worth explaining: the surest mistakes, and samples of every class."""

from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from components.figures import mistakes_by_kind
from components.results import Predictions


def surest_mistakes(predictions: Predictions, n: int) -> NDArray[np.int64]:
    """Return the rows of up to `n` mistakes, the surest of each kind first (`components.figures.mistakes_by_kind`).

    Kinds take turns, so that each is shown; those that occur less often leave their places to the others.
    """
    return _in_turns([kind.rows.tolist() for kind in mistakes_by_kind(predictions)], n)


def samples_by_class(predictions: Predictions, n: int, seed: int) -> NDArray[np.int64]:
    """Return the rows of up to `n` photos with the right label, drawn at random; classes take turns."""
    generator = np.random.default_rng(seed)
    right = predictions.y_true == predictions.y_pred
    labels = sorted(set(predictions.y_true.tolist()))
    drawn = [generator.permutation(np.flatnonzero(right & (predictions.y_true == label))).tolist() for label in labels]
    if len(drawn) > n:  # not only the first classes
        generator.shuffle(drawn)
    return _in_turns(drawn, n)


def _in_turns(lists: list[list[int]], n: int) -> NDArray[np.int64]:
    """Return the first `n` of the first items of all lists, then their second ones, and so on; sorted by list."""
    turns = [(row, place) for turn in zip_longest(*lists) for place, row in enumerate(turn) if row is not None][:n]
    return np.array([row for row, _ in sorted(turns, key=lambda turn: turn[1])], dtype=np.int64)
