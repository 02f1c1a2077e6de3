"""All that a review needs, loaded once: models of earlier runs, embedders, the points that exist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import Location
from components.matching import Matcher
from components.review import Calibration, QualityCheck
from experiments.models import SavedClassifier
from experiments.runs import find_run
from experiments.tasks.review.checks import (
    Finding,
    check_class,
    check_duplicate,
    check_place,
    check_quality,
    check_text,
    second_photos,
    texts_of,
)

CALIBRATION = "calibration.json"
MOST_TEXTS = 400
"""Texts of existing points that a photo is held against: more make the percentile finer, not other."""


@dataclass(frozen=True)
class Reviewer:
    """The checks, ready to be asked.

    Attributes:
        existing: The points that exist.
        classifier: Of an earlier run; None: the class is not checked.
        embedder: Of photos and texts.
        features: Of photos, for duplicates.
        matcher: Of an earlier run; None: duplicates are judged by `features` alone.
        location: Checks coordinates.
        quality: Checks sharpness, light and size.
    """

    existing: Manifest
    classifier: SavedClassifier | None
    embedder: Embedder
    features: Embedder
    matcher: Matcher | None
    location: Location
    quality: QualityCheck

    def findings(self, proposals: Manifest) -> list[Finding]:
        """What every check found, in the order of `components.review.CHECKS`."""
        found = [check_class(proposals, self.classifier)] if self.classifier else []
        return [
            *found,
            check_text(proposals, self.embedder, self.texts()),
            check_duplicate(proposals, self.existing, self.features, self.matcher),
            check_place(proposals, self.location, second_photos(proposals)),
            check_quality(proposals, self.quality),
        ]

    def texts(self) -> list[str]:
        """Some texts of existing points, each once, the same ones every time."""
        texts = sorted({one for one in texts_of(self.existing) if one})
        if len(texts) <= MOST_TEXTS:
            return texts
        chosen = np.random.default_rng(0).permutation(len(texts))[:MOST_TEXTS]
        return [texts[one] for one in sorted(chosen)]


def load_calibration(word: str, output: Path) -> Calibration:
    """The calibration that an earlier review learned from planted faults.

    Raises:
        ConfigError: There is no such run, or it learned none.
    """
    folder, record = find_run(word, output)
    try:
        return Calibration.from_dict(json.loads((folder / CALIBRATION).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError(
            f"The run {record.id} ({record.experiment}) has no {CALIBRATION}: a calibration comes from a review with "
            "planted faults (experiment=extend/review)"
        ) from error


def suspicions_of(findings: Sequence[Finding]) -> dict[str, NDArray[np.float64]]:
    """(n,) suspicion by check."""
    return {one.check: one.suspicion for one in findings}
