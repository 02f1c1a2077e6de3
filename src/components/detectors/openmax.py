"""OpenMax: a probability of the unknown from how extreme a photo's logits are for its class."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.detector import Outputs, State, Targets, photos_of_classes
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]

TRANSLATION = 10_000.0
"""Added to distances before the Weibull fit, as in libMR, which the paper's code uses."""

CERTAIN = 50.0
"""Standard deviations at which the distribution has long reached 1; more would overflow."""

FEWEST = 3
"""Different distances that a Weibull distribution of a class's own needs."""


@dataclass
class OpenMax:
    """Log-odds that OpenMax (Bendale & Boult 2016) gives to the unknown.

    Each class has a centre, the mean logits of its training photos that are classified rightly (of all, where
    none is), and a Weibull distribution of the largest distances to it. The likeliest classes lose activation
    to the unknown by how extreme the photo's distance is. The score is the log-odds of the unknown's
    probability: the same order, but photos that are rejected for certain do not tie. A class of fewer than
    three different distances takes the Weibull distribution of the distances of all classes to their centres.
    Activations are taken as the paper takes them: a negative logit gains where it should lose, so that OpenMax
    suits networks whose logits are positive for the classes that count.

    Own code: pytorch-ood's measures distances only to classes that some photo of the batch is likeliest of, so
    that a photo's score hangs on the others; OpenOOD's counts rejections as the last known class.

    Attributes:
        tail: How many of the largest distances of a class are fitted.
        alpha: How many of the likeliest classes lose activation; at most all.
    """

    tail: int = 20
    alpha: int = 10
    _centres: Floats = field(init=False, repr=False)
    _weibulls: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.tail < FEWEST:
            raise ConfigError(f"detector.tail is {self.tail}, expected at least {FEWEST} distances to fit")
        if self.alpha < 1:
            raise ConfigError(f"detector.alpha is {self.alpha}, expected 1 or more classes")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Centres of the classes, and Weibull distributions of the distances to them.

        Raises:
            DataError: When a class has no photos, or fewer than three distances to centres differ in all.
        """
        train, targets = photos_of_classes(train, targets)
        classes = train.logits.shape[1]
        if absent := sorted(set(range(classes)) - set(targets.tolist())):
            raise DataError(f"OpenMax needs a training photo of each class, and there are none of class {absent[0]}")
        right = train.logits.argmax(axis=1) == targets
        own = [self._photos(train.logits, targets == label, right) for label in range(classes)]
        self._centres = np.stack([logits.mean(axis=0) for logits in own])
        distances = [np.linalg.norm(logits - centre, axis=1) for logits, centre in zip(own, self._centres, strict=True)]
        shared = weibull(np.concatenate(distances), self.tail)
        if shared is None:
            raise DataError(
                "OpenMax needs training photos whose logits differ: train longer, or choose a detector of features"
            )
        self._weibulls = np.array([weibull(one, self.tail) or shared for one in distances])
        return self

    @staticmethod
    def _photos(logits: Floats, of_class: NDArray[np.bool_], right: NDArray[np.bool_]) -> Floats:
        """The logits of a class's photos that are classified rightly; of all of them where none is."""
        both = of_class & right
        return logits[both if both.any() else of_class]

    def score(self, outputs: Outputs) -> Floats:
        """Log-odds of the unknown."""
        from scipy.stats import gumbel_l

        logits = outputs.logits
        classes = logits.shape[1]
        alpha = min(self.alpha, classes)
        rank = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1, kind="stable")
        weight = np.where(rank < alpha, (alpha - rank) / alpha, 0.0)
        distances = np.linalg.norm(logits[:, None, :] - self._centres[None], axis=2)
        place, scale, lowest = self._weibulls.T
        standard = (_log(distances, lowest) - place) / scale
        extreme = gumbel_l.cdf(np.minimum(standard, CERTAIN))
        lost = logits * weight * extreme
        scores: Floats = lost.sum(axis=1) - logsumexp(logits - lost, axis=1)
        return scores

    def state(self) -> State:
        """Return the centres of the classes and the Weibull parameters."""
        return {"centres": self._centres, "weibulls": self._weibulls}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the centres of the classes and the Weibull parameters."""
        self._centres, self._weibulls = state["centres"], state["weibulls"]
        return self


def weibull(distances: Floats, tail: int) -> tuple[float, float, float] | None:
    """Fit the largest distances: location and scale of their logarithm's distribution, and the lowest of them.

    The logarithm of a Weibull variable has the smallest-extreme-value distribution (`scipy.stats.gumbel_l`),
    whose maximum-likelihood fit is one equation in one unknown. None for fewer than three different distances.
    """
    from scipy.stats import gumbel_l

    largest = np.sort(distances)[-tail:]
    if len(np.unique(largest)) < FEWEST:
        return None
    place, scale = gumbel_l.fit(_log(largest, largest[0]))
    return float(place), float(scale), float(largest[0])


def _log(distances: Floats, lowest: float | Floats) -> Floats:
    """Logarithm of the translated distances, in units of the translation."""
    logs: Floats = np.log1p(np.maximum((distances - lowest) / TRANSLATION, -1 + 1e-12))
    return logs
