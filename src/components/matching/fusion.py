"""Scores fused into one probability: a logistic model, learned on pairs whose objects are known.

Where coordinates are missing the model without them is asked, which was learned from the other scores of all pairs: a
reduced model, which beats filling in a value (Saar-Tsechansky & Provost 2007). An indicator of what is missing would
leave the other weights as they are beside the metres, nearly nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from components.errors import DataError
from components.matching.scores import Evidence, Floats, columns

Flags = NDArray[np.bool_]
MISSABLE = "metres"
"""The score that a pair may lack."""


@dataclass(frozen=True)
class Logistic:
    """A logistic model of standardised columns.

    Attributes:
        use: The scores whose columns it takes.
        mean: Of each column.
        scale: Of each column.
        weights: Of each standardised column.
        intercept: Of the log odds.
    """

    use: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def probability(self, given: Floats) -> Floats:
        """(m,) for (m, f) columns."""
        odds = (given - self.mean) / self.scale @ np.array(self.weights) + self.intercept
        found: Floats = 1 / (1 + np.exp(-np.clip(odds, -40, 40)))
        return found


@dataclass(frozen=True)
class Fusion:
    """What was learned on labelled pairs.

    Attributes:
        complete: Model of all scores.
        reduced: Model without metres, for pairs that lack them; None where metres are not in use.
        rate: Share of pairs of one object among those learned on: the probability where nothing is known.
        threshold: Probability from which two photos are taken to show the same object: best F1 where it was chosen.
        pairs: Pairs that it was learned on.
    """

    complete: Logistic
    reduced: Logistic | None
    rate: float
    threshold: float
    pairs: int

    @property
    def use(self) -> tuple[str, ...]:
        """The scores that it takes."""
        return self.complete.use

    def probability(self, measured: Evidence) -> Floats:
        """(m,) probability that each pair is of one object."""
        given = columns(self.use, measured)
        known = np.isfinite(given).all(axis=1)
        found = np.full(len(given), self.rate)
        found[known] = self.complete.probability(given[known])
        if self.reduced and not known.all():
            found[~known] = self.reduced.probability(columns(self.reduced.use, measured)[~known])
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave."""

        def model(one: Mapping[str, Any]) -> Logistic:
            lists = {name: tuple(one[name]) for name in ("use", "mean", "scale", "weights")}
            return Logistic(**lists, intercept=one["intercept"])

        reduced = model(plain["reduced"]) if plain["reduced"] else None
        return cls(model(plain["complete"]), reduced, plain["rate"], plain["threshold"], plain["pairs"])


def fit(use: Sequence[str], measured: Evidence, same: Flags) -> Fusion:
    """Learn from m pairs which are of one object.

    Raises:
        DataError: There are no pairs of both kinds.
    """
    if same.all() or not same.any():
        raise DataError(
            f"{int(same.sum())} of {len(same)} candidate pairs are of one object: a matcher is learned on pairs of "
            "both kinds; raise matching.candidates.neighbours or give more photos with object_id"
        )
    given = columns(use, measured)
    known = np.isfinite(given).all(axis=1)
    others = [one for one in use if one != MISSABLE]
    rate = float(same.mean())
    reduced = _logistic(others, columns(others, measured), same) if MISSABLE in use and others else None
    if same[known].any() and not same[known].all():
        complete = _logistic(use, given[known], same[known])
    elif reduced:
        complete = reduced
    else:
        raise DataError(f"the pairs have no {MISSABLE}: leave it out of matching.use, or give the photos coordinates")
    unset = Fusion(complete, reduced, rate, 1.0, len(same))
    threshold = best_f1_threshold(unset.probability(measured), same)
    return Fusion(complete, reduced, rate, threshold, len(same))


def cross_fitted(
    use: Sequence[str],
    measured: Evidence,
    same: Flags,
    objects: tuple[NDArray[np.object_], NDArray[np.object_]],
    *,
    folds: int,
    seed: int,
) -> tuple[Floats, Flags]:
    """The probability and the decision that each pair gets from a model that saw neither of its objects.

    Objects are dealt to folds. A pair of objects of the folds f and g is scored by the model, and held against the
    threshold, of the pairs that touch neither f nor g.

    Args:
        use: Names of scores.
        measured: Of m pairs.
        same: (m,) which pairs are of one object.
        objects: (m,) the object of the left and of the right photo.
        folds: Groups of objects.
        seed: Of the deal.

    Raises:
        DataError: There are too few objects with several photos.
    """
    names, place = np.unique(np.concatenate(objects).astype(str), return_inverse=True)
    if len(np.unique(objects[0][same].astype(str))) < folds:
        raise DataError(
            f"{len(np.unique(objects[0][same].astype(str)))} objects have a pair of photos among the candidates, fewer "
            f"than the {folds} groups that are held out in turn: give more photos or lower matching.folds"
        )
    fold_of = _deal(names, objects[0][same].astype(str), folds, seed)[place].reshape(2, -1)
    probability, decided = np.full(len(same), np.nan), np.zeros(len(same), dtype=bool)
    for f in range(folds):
        for g in range(f, folds):
            asked = (fold_of.min(axis=0) == f) & (fold_of.max(axis=0) == g)
            seen = ~np.isin(fold_of[0], (f, g)) & ~np.isin(fold_of[1], (f, g))
            if asked.any():
                model = fit(use, _rows(measured, seen), same[seen])
                probability[asked] = model.probability(_rows(measured, asked))
                decided[asked] = probability[asked] >= model.threshold
    return probability, decided


def best_f1_threshold(probability: Floats, same: Flags) -> float:
    """The probability from which on F1 is best; of equal ones the highest."""
    precision, recall, thresholds = precision_recall_curve(same, probability)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-12)
    return float(thresholds[np.flatnonzero(f1 >= f1.max() - 1e-12)[-1]])


def _deal(names: NDArray[np.str_], paired: NDArray[np.str_], folds: int, seed: int) -> NDArray[np.int64]:
    """(o,) the fold of each object; those that have a pair are dealt first, so that every fold gets as many."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(names))
    order = order[np.argsort(~np.isin(names[order], paired), kind="stable")]
    fold = np.empty(len(names), dtype=np.int64)
    fold[order] = np.arange(len(names)) % folds
    return fold


def _rows(measured: Evidence, rows: Flags) -> Evidence:
    return {name: column[rows] for name, column in measured.items()}


def _logistic(use: Sequence[str], given: Floats, same: Flags) -> Logistic:
    mean, scale = given.mean(axis=0), given.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(max_iter=1000).fit((given - mean) / scale, same)
    weights = model.coef_[0]
    return Logistic(
        tuple(use), tuple(mean.tolist()), tuple(scale.tolist()), tuple(weights.tolist()), float(model.intercept_[0])
    )
