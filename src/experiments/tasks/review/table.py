"""The table of a review: review.csv and review.jsonl, one row per proposal."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.data import Manifest
from components.messages import sentence
from components.review import Calibration
from components.storage import atomic_path
from experiments.tasks.review.finding import Finding, suspicions_of

REASON_PROBABILITY = 0.5
"""A check is a reason of the recommendation if the probability of its fault is at least this."""


def review_table(
    proposals: Manifest, findings: Sequence[Finding], calibration: Calibration | None, faults: NDArray[np.object_]
) -> pd.DataFrame:
    """Return one row per proposal: recommendation, reasons, the findings of every check, and the injected fault.

    Args:
        proposals: The n proposals.
        findings: Findings of the checks.
        calibration: Curves and thresholds; None: every recommendation is "ask".
        faults: (n,) injected fault, "" for none; the column `planted_fault` is left out if all are "".
    """
    n = len(proposals)
    columns: dict[str, Any] = {
        "path": proposals.path,
        "label": proposals.label,
        "title": proposals.title,
        "latitude": proposals.latitude,
        "longitude": proposals.longitude,
        "recommendation": np.full(n, "ask", dtype=object),
        "acceptable": np.full(n, np.nan),
        "reasons": np.full(n, "", dtype=object),
    }
    probabilities: Mapping[str, NDArray[np.float64]] = {}
    if calibration:
        suspicions = suspicions_of(findings)
        probabilities = calibration.probabilities(suspicions)
        acceptable = calibration.acceptable(suspicions)
        columns["acceptable"] = acceptable
        columns["recommendation"] = np.array([calibration.recommend(share) for share in acceptable], dtype=object)
        columns["reasons"] = np.array([_reasons(findings, probabilities, row) for row in range(n)], dtype=object)
    for finding in findings:
        columns |= {
            f"{finding.check}_finding": [sentence(messages) for messages in finding.messages],
            f"{finding.check}_suspicion": finding.suspicion,
        }
        if finding.check in probabilities:
            columns[f"{finding.check}_fault"] = probabilities[finding.check]
        columns |= dict(finding.columns)
    if (faults != "").any():
        columns["planted_fault"] = faults
    return pd.DataFrame(columns)


def _reasons(findings: Sequence[Finding], probabilities: Mapping[str, NDArray[np.float64]], row: int) -> str:
    probable = [
        (float(probabilities[finding.check][row]), finding)
        for finding in findings
        if finding.check in probabilities and probabilities[finding.check][row] >= REASON_PROBABILITY
    ]
    probable.sort(key=lambda reason: -reason[0])
    return "; ".join(f"{finding.check}: {sentence(finding.messages[row])}" for _, finding in probable)


def write_tables(folder: Path, table: pd.DataFrame) -> None:
    """Write review.csv and review.jsonl, each atomically; NaN becomes null in the latter."""
    with atomic_path(folder / "review.csv") as path:
        table.to_csv(path, index=False)
    with atomic_path(folder / "review.jsonl") as path:
        lines = [json.dumps(_json_values(row), ensure_ascii=False) for row in table.to_dict("records")]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _json_values(row: Mapping[Any, Any]) -> dict[str, Any]:
    plain = {str(key): value.item() if isinstance(value, np.generic) else value for key, value in row.items()}
    return {key: None if isinstance(value, float) and np.isnan(value) else value for key, value in plain.items()}
