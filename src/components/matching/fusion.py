"""Fusion of scores into a probability: logistic regression on pairs whose objects are known.

Pairs without coordinates are scored by a reduced model, which is fitted on the other scores of all pairs; this is
better than imputation (Saar-Tsechansky & Provost 2007). With an indicator of missing values instead, the other scores
would keep the weights that they have together with the distance in metres, which are close to 0.
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
from components.wording import counted

Flags = NDArray[np.bool_]
OPTIONAL = "metres"
"""The score that is missing for pairs without coordinates."""


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on standardised columns.

    Attributes:
        use: Scores that the f columns are computed from.
        mean: (f,) means of the columns.
        scale: (f,) standard deviations of the columns; 1 for constant columns.
        weights: (f,) weights of the standardised columns.
        intercept: Intercept of the log odds.
    """

    use: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def probability(self, features: Floats) -> Floats:
        """Return the (m,) probabilities for (m, f) columns."""
        log_odds = (features - self.mean) / self.scale @ np.array(self.weights) + self.intercept
        probabilities: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -40, 40)))
        return probabilities


@dataclass(frozen=True)
class Fusion:
    """A fitted fusion of scores.

    Attributes:
        complete: Model of all scores.
        reduced: Model without metres, for pairs without coordinates; None if metres are not used or are the only score.
        rate: Share of the training pairs that show the same object: the probability of pairs without any score.
        threshold: Smallest probability at which two photos are taken to show the same object; it maximises F1 on the
            training pairs.
        pairs: Number of training pairs.
    """

    complete: Logistic
    reduced: Logistic | None
    rate: float
    threshold: float
    pairs: int

    @property
    def use(self) -> tuple[str, ...]:
        """Names of the scores that are fused."""
        return self.complete.use

    def probability(self, measured: Evidence) -> Floats:
        """Return the (m,) probabilities that the photos of m pairs show the same object.

        Args:
            measured: Scores of the pairs.
        """
        features = columns(self.use, measured)
        known = np.isfinite(features).all(axis=1)
        probabilities = np.full(len(features), self.rate)
        probabilities[known] = self.complete.probability(features[known])
        if self.reduced and not known.all():
            probabilities[~known] = self.reduced.probability(columns(self.reduced.use, measured)[~known])
        return probabilities

    def to_dict(self) -> dict[str, Any]:
        """Return the fusion as values that can be stored in JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Create a fusion from the return value of `to_dict`."""

        def model(fields: Mapping[str, Any]) -> Logistic:
            lists = {name: tuple(fields[name]) for name in ("use", "mean", "scale", "weights")}
            return Logistic(**lists, intercept=fields["intercept"])

        reduced = model(plain["reduced"]) if plain["reduced"] else None
        return cls(model(plain["complete"]), reduced, plain["rate"], plain["threshold"], plain["pairs"])


def fit_fusion(use: Sequence[str], measured: Evidence, same: Flags) -> Fusion:
    """Fit the fusion on labelled pairs.

    Args:
        use: Names of the scores that are fused.
        measured: Scores of m pairs.
        same: (m,) whether the photos of a pair show the same object.

    Raises:
        DataError: All pairs show the same object, or none does; or metres are the only score, and the same holds for
            the pairs with metres.
    """
    if same.all() or not same.any():
        raise DataError(
            f"{int(same.sum())} of {counted(len(same), 'candidate pair')} show the same object: fitting a matcher "
            "needs pairs of the same object and of different objects; raise matching.candidates.neighbours, or use "
            "more photos with object_id"
        )
    features = columns(use, measured)
    known = np.isfinite(features).all(axis=1)
    others = [score for score in use if score != OPTIONAL]
    rate = float(same.mean())
    reduced = _logistic(others, columns(others, measured), same) if OPTIONAL in use and others else None
    if same[known].any() and not same[known].all():
        complete = _logistic(use, features[known], same[known])
    elif reduced:
        complete = reduced
    else:
        raise DataError(
            f"The candidate pairs with coordinates are not of both kinds (same object, different objects): remove "
            f"{OPTIONAL} from matching.use, or add the columns latitude and longitude"
        )
    unthresholded = Fusion(complete, reduced, rate, 1.0, len(same))
    threshold = best_f1_threshold(unthresholded.probability(measured), same)
    return Fusion(complete, reduced, rate, threshold, len(same))


def best_f1_threshold(probability: Floats, same: Flags) -> float:
    """Return the threshold of the probability that maximises F1; the highest one if there are several.

    Args:
        probability: (m,) probabilities.
        same: (m,) whether the photos of a pair show the same object.
    """
    precision, recall, thresholds = precision_recall_curve(same, probability)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-12)
    return float(thresholds[np.flatnonzero(f1 >= f1.max() - 1e-12)[-1]])


def _logistic(use: Sequence[str], features: Floats, same: Flags) -> Logistic:
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(max_iter=1000).fit((features - mean) / scale, same)
    weights = model.coef_[0]
    return Logistic(
        tuple(use), tuple(mean.tolist()), tuple(scale.tolist()), tuple(weights.tolist()), float(model.intercept_[0])
    )
