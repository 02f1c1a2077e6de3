"""Calibration of the checks of a review: from their suspicions to a recommendation with a bounded error rate."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from components.errors import DataError
from components.metrics import selective_threshold

Floats = NDArray[np.float64]
Recommendation = Literal["accept", "reject", "ask"]

FAULT_OF = {
    "class": "wrong_class",
    "text": "wrong_text",
    "duplicate": "duplicate",
    "place": "wrong_place",
    "quality": "blurred",
}
"""Maps each check to the fault that it looks for."""

CHECKS = tuple(FAULT_OF)
FOLDS = 5


@dataclass(frozen=True)
class Curve:
    """Non-decreasing logistic curve from the suspicion of a check to the probability of its fault.

    Attributes:
        slope: Slope of the log odds, at least 0; 0 if the check is uninformative.
        intercept: Intercept of the log odds.
        rate: Probability of the fault where the check has no result (no position, no text, no photo nearby).
    """

    slope: float
    intercept: float
    rate: float

    def probability(self, suspicion: Floats) -> Floats:
        """Return (n,) probabilities of the fault for (n,) suspicions; `rate` where the suspicion is NaN."""
        odds = np.clip(self.slope * np.nan_to_num(suspicion) + self.intercept, -40, 40)
        probability: Floats = np.where(np.isnan(suspicion), self.rate, 1 / (1 + np.exp(-odds)))
        return probability


@dataclass(frozen=True)
class Calibration:
    """Curves and thresholds, fitted on proposals whose faults are known.

    Attributes:
        curves: Maps each check to its curve.
        accept: Proposals whose probability of being acceptable is at least this are accepted; infinity: none is.
        reject: Proposals whose probability of a fault is at least this are rejected; infinity: none is.
        max_error_rate: Tolerated share of wrong decisions.
        n: Number of proposals that all of this was fitted on.
    """

    curves: Mapping[str, Curve]
    accept: float
    reject: float
    max_error_rate: float
    n: int

    def probabilities(self, suspicions: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return, for each check, (n,) probabilities of its fault."""
        return {check: self.curves[check].probability(suspicions[check]) for check in self.curves}

    def acceptable(self, suspicions: Mapping[str, Floats]) -> Floats:
        """Return (n,) probabilities that a proposal has no fault, assuming that faults are independent."""
        acceptable: Floats = np.prod([1 - fault for fault in self.probabilities(suspicions).values()], axis=0)
        return acceptable

    def recommend(self, acceptable: float) -> Recommendation:
        """Return the recommendation for a probability of being acceptable; "ask" leaves the decision to a person."""
        if acceptable >= self.accept:
            return "accept"
        return "reject" if 1 - acceptable >= self.reject else "ask"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; infinite thresholds become None."""
        plain = asdict(self) | {"curves": {check: asdict(curve) for check, curve in self.curves.items()}}
        return {key: None if value == np.inf else value for key, value in plain.items()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Restore the result of `to_dict`; in older files `max_error_rate` is named `risk`."""
        max_error_rate = plain["max_error_rate"] if "max_error_rate" in plain else plain["risk"]
        curves = {check: Curve(**curve) for check, curve in plain["curves"].items()}
        thresholds = {name: np.inf if plain[name] is None else plain[name] for name in ("accept", "reject")}
        return cls(curves=curves, max_error_rate=max_error_rate, n=plain["n"], **thresholds)


def calibrate(
    suspicions: Mapping[str, Floats],
    faults: NDArray[np.object_],
    *,
    max_error_rate: float,
    confidence: float = 0.9,
    seed: int = 0,
) -> Calibration:
    """Fit curves and thresholds to proposals whose faults are known.

    The curves are fitted on all proposals. The thresholds are fitted on out-of-fold probabilities (5-fold
    cross-fitting), so that their error rates hold for new proposals (`components.metrics.selective_threshold`).

    Args:
        suspicions: Maps each check to (n,) suspicions, higher = more suspicious, NaN where the check has no result.
        faults: (n,) "" for a proposal without a fault, or one of the values of `FAULT_OF`.
        max_error_rate: Tolerated share of wrong decisions among accepted proposals, and among rejected ones.
        confidence: Probability with which each share is kept.
        seed: Seed of the folds.

    Raises:
        DataError: There are fewer than 5 proposals with, or without, faults.
    """
    checks = [check for check in CHECKS if check in suspicions]
    good = faults == ""
    if min(good.sum(), (~good).sum()) < FOLDS:
        raise DataError(
            f"{int(good.sum())} proposals without a fault and {int((~good).sum())} with one are too few to calibrate a "
            f"review: at least {FOLDS} of each are needed"
        )
    every = np.arange(len(faults))
    held_out = np.empty(len(faults))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(every, good):
        curves = _curves(checks, suspicions, faults, train)
        held_out[test] = _acceptable(curves, suspicions, test)
    accept = selective_threshold(held_out, ~good, max_error_rate, confidence)
    reject = selective_threshold(1 - held_out, good, max_error_rate, confidence)
    return Calibration(_curves(checks, suspicions, faults, every), accept, reject, max_error_rate, len(faults))


def _curves(
    checks: Sequence[str], suspicions: Mapping[str, Floats], faults: NDArray[np.object_], rows: NDArray[np.int64]
) -> dict[str, Curve]:
    return {check: fit_curve(suspicions[check][rows], faults[rows] == FAULT_OF[check]) for check in checks}


def _acceptable(curves: Mapping[str, Curve], suspicions: Mapping[str, Floats], rows: NDArray[np.int64]) -> Floats:
    probabilities = [1 - curve.probability(suspicions[check][rows]) for check, curve in curves.items()]
    acceptable: Floats = np.prod(probabilities, axis=0)
    return acceptable


def fit_curve(suspicion: Floats, fault: NDArray[np.bool_]) -> Curve:
    """Fit the logistic curve of one check; it is flat, at the rate of the fault, if the suspicion is uninformative.

    Args:
        suspicion: (n,) suspicions, NaN where the check has no result.
        fault: (n,) whether the proposal has the fault that the check looks for.
    """
    known = np.isfinite(suspicion)
    silent = ~known
    # Smoothed towards the overall rate, so that few proposals do not give a rate of 0 or 1.
    rate = (fault[silent].sum() + fault.mean()) / (silent.sum() + 1)
    overall = float(np.clip((fault.sum() + 0.5) / (len(fault) + 1), 1e-6, 1 - 1e-6))
    flat = Curve(0.0, float(np.log(overall / (1 - overall))), float(rate))
    if not fault[known].any() or fault[known].all() or np.ptp(suspicion[known]) == 0:
        return flat
    centre, spread = suspicion[known].mean(), suspicion[known].std()
    model = LogisticRegression(C=10.0).fit(((suspicion[known] - centre) / spread)[:, None], fault[known])
    slope = float(model.coef_[0, 0] / spread)
    return Curve(slope, float(model.intercept_[0] - slope * centre), float(rate)) if slope > 0 else flat
