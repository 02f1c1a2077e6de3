"""The closed-set head: every photo gets one of the known classes (thesis, closed-set classification)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import known_classes, label_indices
from components.heads.mlp import one_minus_max_probability, softmax
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class ClosedHead:
    """Softmax over the known classes.

    In an open set, the head itself rejects no photo; the unknown score is one minus the highest probability (Hendrycks
    & Gimpel 2017) unless a detector replaces it.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of classes; None for a linear classifier.
        rest: Label of photos that are of none of the known classes; they are excluded from training and from the
            closed-set test. None if there is no such label.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    known_classes_network: ClassVar[int] = 0
    rejects: ClassVar[bool] = False

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the labels of the training photos except `rest`.

        Raises:
            DataError: There are fewer than two classes, or a label of the test split is not in the training split.
        """
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of one network over the known classes."""
        names = self.class_names(manifest)
        return [NetworkTargets("closed", label_indices(manifest.label, names), names)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of test photos of the known classes."""
        rows = manifest.rows("test")
        return rows[np.isin(manifest.label[rows], self.class_names(manifest))]

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predict the class of the highest probability; the unknown score is one minus that probability."""
        names = self.class_names(manifest)
        return closed_set_predictions(manifest, rows, logits[0], names)


def closed_set_predictions(
    manifest: Manifest, rows: NDArray[np.int64], logits: NDArray[np.float64], names: tuple[str, ...]
) -> Predictions:
    """Return predictions from logits (n, C) over the known classes, with one minus the maximum as unknown score."""
    scores = softmax(torch.from_numpy(logits)).numpy()
    return Predictions(
        ids=manifest.path[rows],
        y_true=label_indices(manifest.label[rows], names),
        scores=scores,
        y_pred=scores.argmax(axis=1).astype(np.int64),
        unknown_score=one_minus_max_probability(scores),
        class_names=names,
    )
