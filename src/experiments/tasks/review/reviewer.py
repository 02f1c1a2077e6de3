"""The checks of a review with everything that they need: models of earlier runs, embedders and existing points."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.data import Manifest
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import Location
from components.matching import Matcher
from components.review import Calibration, QualityCheck
from experiments.models import SavedClassifier
from experiments.runs import find_run
from experiments.tasks.review.checks import check_class, check_position, check_quality, check_text
from experiments.tasks.review.duplicates import check_duplicate
from experiments.tasks.review.finding import Finding, second_photos, texts_of

CALIBRATION = "calibration.json"
MAX_TEXTS = 400
"""Largest number of texts of existing points that a photo is compared with; more refine the percentile only."""


@dataclass(frozen=True)
class Reviewer:
    """Runs all checks on proposals.

    Attributes:
        existing: Photos of the existing points.
        classifier: Classifier of an earlier run; None: the class is not checked.
        embedder: Embedder of photos and texts, for the text check.
        features: Embedder of photos, for the duplicate check.
        matcher: Matcher of an earlier run; None: duplicates are found by the cosine of `features`.
        location: Position check.
        quality: Check of sharpness, brightness and size.
    """

    existing: Manifest
    classifier: SavedClassifier | None
    embedder: Embedder
    features: Embedder
    matcher: Matcher | None
    location: Location
    quality: QualityCheck

    def findings(self, proposals: Manifest) -> list[Finding]:
        """Run the checks and return their findings, in the order of `components.review.CHECKS`."""
        return [
            *([check_class(proposals, self.classifier)] if self.classifier else []),
            check_text(proposals, self.embedder, self.texts()),
            check_duplicate(proposals, self.existing, self.features, self.matcher),
            check_position(proposals, self.location, second_photos(proposals)),
            check_quality(proposals, self.quality),
        ]

    def texts(self) -> list[str]:
        """Return up to `MAX_TEXTS` distinct texts of existing points, always the same ones."""
        texts = sorted({text for text in texts_of(self.existing) if text})
        if len(texts) <= MAX_TEXTS:
            return texts
        selected = np.random.default_rng(0).permutation(len(texts))[:MAX_TEXTS]
        return [texts[index] for index in sorted(selected)]


def load_calibration(run_id: str, output: Path) -> Calibration:
    """Load the calibration that an earlier review fitted on injected faults.

    Args:
        run_id: The earlier run, see `find_run`.
        output: Folder of all experiments.

    Raises:
        ConfigError: There is no such run, or it has no calibration.
    """
    folder, record = find_run(run_id, output)
    try:
        return Calibration.from_dict(json.loads((folder / CALIBRATION).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError(
            f"The run {record.id} ({record.experiment}) has no {CALIBRATION}: only a review with injected faults saves "
            "one (experiment=extend/review)"
        ) from error
