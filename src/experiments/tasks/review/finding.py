"""The result of a check of a review, and helpers that several checks share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.messages import Message

Floats = NDArray[np.float64]

MIN_PROBABILITY = 1e-9
"""Probabilities are clipped to this distance from 0 and 1 before they are converted to log odds."""


@dataclass(frozen=True)
class Finding:
    """Result of one check for n proposals.

    Attributes:
        check: Name of the check, one of `components.review.CHECKS`.
        suspicion: (n,) suspicion, higher = more likely a fault, on a scale of the check's own; NaN where the check has
            no result.
        messages: For each proposal, what was found; `components.messages.sentence` translates it.
        columns: Further columns for the table, (n,) values by name.
    """

    check: str
    suspicion: Floats
    messages: Sequence[Sequence[Message]]
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def suspicions_of(findings: Sequence[Finding]) -> dict[str, Floats]:
    """Return the (n,) suspicions by check."""
    return {finding.check: finding.suspicion for finding in findings}


def log_odds(probability: Floats) -> Floats:
    """Return the log odds of probabilities, clipped by `MIN_PROBABILITY`."""
    clipped = np.clip(probability, MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds


def texts_of(manifest: Manifest) -> list[str]:
    """Return title and description of each row as one text; "" where both are empty."""
    return [
        ". ".join(text.strip().rstrip(".") for text in (title, description) if text.strip())
        for title, description in zip(manifest.title, manifest.description, strict=True)
    ]


def second_photos(manifest: Manifest) -> list[str]:
    """Return the path of each row's second photo, from the column `second_photo`; "" where there is none."""
    column = manifest.extra.get("second_photo")
    return [""] * len(manifest) if column is None else [str(path or "") for path in column]
