"""OpenMax: probability of the unknown class from the distances of the logits to the class centres."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.detector import Outputs, State, Targets, known_photos
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]

TRANSLATION = 10_000.0
"""Translation of the distances in the Weibull fit, as in libMR, which the paper's code uses."""

MAX_STANDARDISED = 50.0
"""Largest standardised distance; the distribution function is 1 there, and larger values overflow."""

MIN_DISTANCES = 3
"""Smallest number of distinct distances that a Weibull distribution is fitted to."""


@dataclass
class OpenMax:
    """Log odds of the unknown class according to OpenMax (Bendale & Boult 2016).

    Each class has a centre, the mean logits of its correctly classified training photos (of all its photos if none is
    classified correctly), and a Weibull distribution fitted to the largest distances to it. The logits of the most
    probable classes are reduced depending on the value of the distribution function at the photo's distance; the total
    reduction is the logit of the unknown class. The score is the log odds of the unknown class rather than its
    probability: the order is the same, but photos with a probability close to 1 keep different scores. A class with
    fewer than three distinct distances gets the Weibull distribution of the distances of all classes to their centres.
    As in the paper, a negative logit is increased where it should be reduced; OpenMax therefore suits networks whose
    logits are positive for the most probable classes.

    pytorch-ood is not used because it computes distances only to the classes that are predicted for some photo of the
    batch, so that the score of a photo depends on the others. OpenOOD counts rejected photos as the last known class.

    Attributes:
        tail: Number of largest distances per class that the Weibull distribution is fitted to.
        alpha: Number of most probable classes whose logits are reduced; at most the number of classes.
    """

    tail: int = 20
    alpha: int = 10
    _centres: Floats = field(init=False, repr=False)
    _weibulls: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.tail < MIN_DISTANCES:
            raise ConfigError(f"detector.tail is {self.tail}, expected at least {MIN_DISTANCES} distances to fit")
        if self.alpha < 1:
            raise ConfigError(f"detector.alpha is {self.alpha}, expected 1 or more classes")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Compute the class centres, and fit Weibull distributions to the distances to them.

        Raises:
            DataError: A class has no training photo, or there are fewer than three distinct distances in total.
        """
        train, targets = known_photos(train, targets)
        classes = train.logits.shape[1]
        if absent := sorted(set(range(classes)) - set(targets.tolist())):
            raise DataError(
                f"detector=openmax needs training photos of every class, and there are none of class {absent[0]}"
            )
        correct = train.logits.argmax(axis=1) == targets
        own = [self._class_logits(train.logits, targets == label, correct) for label in range(classes)]
        self._centres = np.stack([logits.mean(axis=0) for logits in own])
        distances = [np.linalg.norm(logits - centre, axis=1) for logits, centre in zip(own, self._centres, strict=True)]
        shared = weibull(np.concatenate(distances), self.tail)
        if shared is None:
            raise DataError(
                "detector=openmax needs training photos with different logits: train longer, or use a detector that is "
                "based on features, such as detector=knn"
            )
        self._weibulls = np.array([weibull(of_class, self.tail) or shared for of_class in distances])
        return self

    @staticmethod
    def _class_logits(logits: Floats, of_class: NDArray[np.bool_], correct: NDArray[np.bool_]) -> Floats:
        """Return the logits of the correctly classified photos of a class; of all its photos if there are none."""
        both = of_class & correct
        return logits[both if both.any() else of_class]

    def score(self, outputs: Outputs) -> Floats:
        """Return the log odds of the unknown class."""
        from scipy.stats import gumbel_l

        logits = outputs.logits
        classes = logits.shape[1]
        alpha = min(self.alpha, classes)
        rank = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1, kind="stable")
        weight = np.where(rank < alpha, (alpha - rank) / alpha, 0.0)
        distances = np.linalg.norm(logits[:, None, :] - self._centres[None], axis=2)
        location, scale, lowest = self._weibulls.T
        standard = (_log(distances, lowest) - location) / scale
        probability = gumbel_l.cdf(np.minimum(standard, MAX_STANDARDISED))
        removed = logits * weight * probability
        scores: Floats = removed.sum(axis=1) - logsumexp(logits - removed, axis=1)
        return scores

    def state(self) -> State:
        """Return the centres of the classes and the Weibull parameters."""
        return {"centres": self._centres, "weibulls": self._weibulls}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the centres of the classes and the Weibull parameters."""
        self._centres, self._weibulls = state["centres"], state["weibulls"]
        return self


def weibull(distances: Floats, tail: int) -> tuple[float, float, float] | None:
    """Fit a Weibull distribution to the largest distances.

    The logarithm of a Weibull variable has a Gumbel distribution for minima (`scipy.stats.gumbel_l`), whose
    maximum-likelihood fit is a single equation in one unknown.

    Args:
        distances: (n,) distances to a centre.
        tail: Number of largest distances used.

    Returns:
        Location and scale of the distribution of the logarithm, and the smallest distance used; None for fewer than
        three distinct distances.
    """
    from scipy.stats import gumbel_l

    largest = np.sort(distances)[-tail:]
    if len(np.unique(largest)) < MIN_DISTANCES:
        return None
    location, scale = gumbel_l.fit(_log(largest, largest[0]))
    return float(location), float(scale), float(largest[0])


def _log(distances: Floats, lowest: float | Floats) -> Floats:
    """Return the logarithm of the translated distances divided by the translation."""
    logs: Floats = np.log1p(np.maximum((distances - lowest) / TRANSLATION, -1 + 1e-12))
    return logs
