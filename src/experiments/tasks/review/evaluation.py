"""Evaluation of a review on proposals with injected faults: test proposals and metrics."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import DataError
from components.metrics import Estimate, detection_metrics
from components.results import PerItemMetrics
from components.review import CHECKS, FAULT_OF, Calibration
from components.wording import counted
from experiments.tasks.review.finding import Finding, suspicions_of


def split_proposals(proposals: Manifest, n_test: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the test proposals; photos of one object are on the same side.

    Args:
        proposals: The n proposals.
        n_test: Number of test proposals.
        seed: Seed of the draw.

    Returns:
        Rows of the test proposals and of the other proposals, which the review is calibrated on.

    Raises:
        DataError: There are too few proposals.
    """
    names = np.where(proposals.object_id == "", proposals.path, proposals.object_id).astype(str)
    objects, object_of_row = np.unique(names, return_inverse=True)
    test_rows: list[int] = []
    for index in np.random.default_rng([seed, 1]).permutation(len(objects)):
        rows = np.flatnonzero(object_of_row == index)
        if len(test_rows) + len(rows) <= n_test:
            test_rows += rows.tolist()
    if len(test_rows) < n_test or len(test_rows) == len(proposals):
        raise DataError(
            f"n_test={n_test}: there are only {counted(len(proposals), 'proposal')}, and some must be left for the "
            "calibration; set a smaller n_test"
        )
    is_test = np.zeros(len(proposals), dtype=bool)
    is_test[test_rows] = True
    return np.flatnonzero(is_test), np.flatnonzero(~is_test)


def decision_metrics(
    ids: NDArray[np.object_], recommendations: NDArray[np.object_], faults: NDArray[np.object_]
) -> PerItemMetrics:
    """Return for each proposal whether it was decided without a person, and whether that decision was wrong.

    Args:
        ids: (n,) names of the proposals.
        recommendations: (n,) "accept", "reject" or "ask".
        faults: (n,) injected fault, "" for none.
    """
    acceptable = faults == ""
    accepted, rejected = recommendations == "accept", recommendations == "reject"
    wrong = 1 - np.where(accepted, acceptable, ~acceptable).astype(np.float64)
    decided = accepted | rejected
    return PerItemMetrics(
        ids,
        {
            "decided": decided.astype(np.float64),
            "risk": np.where(decided, wrong, np.nan),
            "risk_of_accepted": np.where(accepted, wrong, np.nan),
            "risk_of_rejected": np.where(rejected, wrong, np.nan),
        },
    )


def check_metrics(
    findings: Sequence[Finding],
    calibration: Calibration,
    faults: NDArray[np.object_],
    rows: NDArray[np.int64],
    seed: int,
) -> dict[str, Estimate]:
    """Return the AUROC of the review, and AUROC and recall of each check for its own fault, on the test proposals.

    Args:
        findings: Findings for all proposals.
        calibration: Curves of the checks.
        faults: Injected fault of all proposals, "" for none.
        rows: Rows of the test proposals.
        seed: Seed of the intervals.
    """
    suspicions = suspicions_of(findings)
    faulty, suspicion = faults[rows] != "", 1 - calibration.acceptable(suspicions)[rows]
    metrics = {"auroc": detection_metrics(faulty, suspicion, seed=seed)["auroc"]}
    probabilities = calibration.probabilities(suspicions)
    for check in CHECKS:
        if check in probabilities:
            has_fault = faults[rows] == FAULT_OF[check]
            of_check = detection_metrics(has_fault, probabilities[check][rows], seed=seed)
            metrics |= {f"auroc_{check}": of_check["auroc"], f"recall_{check}": of_check["recall"]}
    return metrics
