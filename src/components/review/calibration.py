"""From what single checks suspect to a recommendation with a known error rate."""

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
Word = Literal["accept", "reject", "ask"]

FAULT_OF = {
    "class": "wrong_class",
    "text": "wrong_text",
    "duplicate": "duplicate",
    "place": "wrong_place",
    "quality": "blurred",
}
"""The fault that each check looks for."""

CHECKS = tuple(FAULT_OF)
FOLDS = 5


@dataclass(frozen=True)
class Curve:
    """How a check's suspicion becomes a probability of its fault: logistic, never falling.

    Attributes:
        slope: At least 0; 0 for a check that tells nothing.
        intercept: Of the log odds.
        rate: Probability where the check knows nothing (no position, no text, nothing near).
    """

    slope: float
    intercept: float
    rate: float

    def probability(self, suspicion: Floats) -> Floats:
        """(n,) probability of the fault for (n,) suspicions; NaN suspicions get the rate."""
        odds = np.clip(self.slope * np.nan_to_num(suspicion) + self.intercept, -40, 40)
        found: Floats = np.where(np.isnan(suspicion), self.rate, 1 / (1 + np.exp(-odds)))
        return found


@dataclass(frozen=True)
class Calibration:
    """What was learned on proposals whose faults are known.

    Attributes:
        curves: By check.
        accept: Probability of being acceptable from which a proposal is accepted; infinity: none is.
        reject: Probability of a fault from which it is rejected; infinity: none is.
        risk: Share of wrong decisions that was tolerated.
        n: Proposals that it was learned on.
    """

    curves: Mapping[str, Curve]
    accept: float
    reject: float
    risk: float
    n: int

    def probabilities(self, suspicions: Mapping[str, Floats]) -> dict[str, Floats]:
        """(n,) probability of its fault for each check."""
        return {check: self.curves[check].probability(suspicions[check]) for check in self.curves}

    def acceptable(self, suspicions: Mapping[str, Floats]) -> Floats:
        """(n,) probability that a proposal has none of the faults, taken as independent of each other."""
        found: Floats = np.prod([1 - one for one in self.probabilities(suspicions).values()], axis=0)
        return found

    def recommend(self, acceptable: float) -> Word:
        """Accept, reject, or ask a person."""
        if acceptable >= self.accept:
            return "accept"
        return "reject" if 1 - acceptable >= self.reject else "ask"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; an infinite threshold becomes None."""
        plain = asdict(self) | {"curves": {check: asdict(curve) for check, curve in self.curves.items()}}
        return {key: None if value == np.inf else value for key, value in plain.items()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        curves = {check: Curve(**curve) for check, curve in plain["curves"].items()}
        ends = {name: np.inf if plain[name] is None else plain[name] for name in ("accept", "reject")}
        return cls(curves=curves, risk=plain["risk"], n=plain["n"], **ends)


def calibrate(
    suspicions: Mapping[str, Floats],
    faults: NDArray[np.object_],
    *,
    risk: float,
    confidence: float = 0.9,
    seed: int = 0,
) -> Calibration:
    """Learn curves and thresholds from proposals whose faults are known.

    The curves are fitted on all of them; the thresholds on probabilities that each proposal gets from curves fitted on
    the other folds, so that they hold for proposals to come (`selective_threshold`).

    Args:
        suspicions: (n,) by check, higher = more suspicious, NaN where the check knows nothing.
        faults: (n,) "" or one of the values of `FAULT_OF`.
        risk: Share of wrong decisions that is tolerated, among accepted and among rejected proposals each.
        confidence: That the share is kept.
        seed: Of the folds.

    Raises:
        DataError: There are too few proposals with and without faults to learn from.
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
    for fitted, measured in folds.split(every, good):
        curves = _curves(checks, suspicions, faults, fitted)
        held_out[measured] = _acceptable(curves, suspicions, measured)
    accept = selective_threshold(held_out, ~good, risk, confidence)
    reject = selective_threshold(1 - held_out, good, risk, confidence)
    return Calibration(_curves(checks, suspicions, faults, every), accept, reject, risk, len(faults))


def _curves(
    checks: Sequence[str], suspicions: Mapping[str, Floats], faults: NDArray[np.object_], rows: NDArray[np.int64]
) -> dict[str, Curve]:
    return {check: curve(suspicions[check][rows], faults[rows] == FAULT_OF[check]) for check in checks}


def _acceptable(curves: Mapping[str, Curve], suspicions: Mapping[str, Floats], rows: NDArray[np.int64]) -> Floats:
    found: Floats = np.prod([1 - one.probability(suspicions[check][rows]) for check, one in curves.items()], axis=0)
    return found


def curve(suspicion: Floats, fault: NDArray[np.bool_]) -> Curve:
    """The logistic curve of one check; flat at the rate of the fault where the suspicion tells nothing.

    Args:
        suspicion: (n,), NaN where the check knows nothing.
        fault: (n,) whether the proposal has the fault that the check looks for.
    """
    known = np.isfinite(suspicion)
    silent = ~known
    # One more of each kind, so that no rate is 0 or 1 on the word of a few proposals.
    rate = (fault[silent].sum() + fault.mean()) / (silent.sum() + 1)
    overall = float(np.clip((fault.sum() + 0.5) / (len(fault) + 1), 1e-6, 1 - 1e-6))
    flat = Curve(0.0, float(np.log(overall / (1 - overall))), float(rate))
    if not fault[known].any() or fault[known].all() or np.ptp(suspicion[known]) == 0:
        return flat
    centre, spread = suspicion[known].mean(), suspicion[known].std()
    model = LogisticRegression(C=10.0).fit(((suspicion[known] - centre) / spread)[:, None], fault[known])
    slope = float(model.coef_[0, 0] / spread)
    return Curve(slope, float(model.intercept_[0] - slope * centre), float(rate)) if slope > 0 else flat
