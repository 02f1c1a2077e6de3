"""The dual head: a gate between rest and known classes, and a closed-set network over the known classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError
from components.heads.gate import gate_targets
from components.heads.known_classes import known_classes, known_or_rest_rows, label_indices
from components.heads.mlp import softmax
from components.heads.targets import NetworkTargets
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class DualCNNHead:
    """Two networks: P(class) = P(class | not rest) P(not rest) (thesis, open-set classification, second approach).

    The gate gives P(rest), the closed-set network P(class | not rest). On a frozen backbone both use the same cached
    features, so that two networks cost little more than one.

    Attributes:
        hidden: Width of each hidden layer in multiples of the number of outputs; None for linear classifiers.
        rest: Label of photos that are of none of the known classes.
        label: "gate" rejects by the gate alone and else predicts the most probable class, as in the thesis; "product"
            predicts the most probable of all C + 1 outcomes, which rejects more photos: if two classes share the
            probability of a photo, P(rest) can exceed both.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    label: Literal["gate", "product"] = "gate"
    known_classes_network: ClassVar[int] = 1
    rejects: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.label not in ("gate", "product"):
            raise ConfigError(f"head.label={self.label}: expected gate or product")

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the names of the known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of the gate, on all photos, and of the closed-set network, on photos of known classes."""
        known = self.class_names(manifest)
        gate = gate_targets(manifest, self.rest, "dual_cnn")
        return [gate, NetworkTargets("closed", label_indices(manifest.label, known), known)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of test photos of the known classes and of the rest."""
        return known_or_rest_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predict by the gate or by the product (see `label`); the unknown score is the gate's P(rest)."""
        names = self.class_names(manifest)
        gate, closed = (softmax(torch.from_numpy(network)).numpy() for network in logits)
        scores = closed * gate[:, :1]
        rejected = gate[:, 1] > (gate[:, 0] if self.label == "gate" else scores.max(axis=1))
        return Predictions(
            ids=manifest.path[rows],
            y_true=label_indices(manifest.label[rows], names),
            scores=scores,
            y_pred=np.where(rejected, UNKNOWN, closed.argmax(axis=1)).astype(np.int64),
            unknown_score=gate[:, 1],
            class_names=names,
        )
