"""The gate of the dual head by itself: rest or known class (thesis, "the binary network alone")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import known_classes, known_or_rest_rows, label_indices, require_rest
from components.heads.mlp import one_minus_max_probability, softmax
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class GateHead:
    """Softmax over two classes: "any known class" and "rest". No photo is unknown.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs, two; None for a linear classifier.
        rest: Label of photos that are of none of the known classes.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    rejects: ClassVar[bool] = False

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of one network, on all photos."""
        return [gate_targets(manifest, self.rest, "gate")]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of test photos of the known classes and of the rest."""
        return known_or_rest_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predict the more probable class; the unknown score is the probability of the other class."""
        (targets,) = self.network_targets(manifest)
        scores = softmax(torch.from_numpy(logits[0])).numpy()
        return Predictions(
            ids=manifest.path[rows],
            y_true=targets.targets[rows].astype(np.int64),
            scores=scores,
            y_pred=scores.argmax(axis=1).astype(np.int64),
            unknown_score=one_minus_max_probability(scores),
            class_names=targets.class_names,
        )


def gate_targets(manifest: Manifest, rest: str | None, head: str) -> NetworkTargets:
    """Return targets for known class (0) or rest (1); arguments and errors as of `require_rest`."""
    label = require_rest(manifest, rest, head)
    known = known_classes(manifest, label)
    targets = np.where(manifest.label == label, 1, np.where(label_indices(manifest.label, known) >= 0, 0, -1))
    return NetworkTargets("gate", targets.astype(np.int64), (f"no_{label}", label))
