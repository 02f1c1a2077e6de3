"""Two networks: a gate that tells the rest from the known, and a closed network that tells the known apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import ConfigError
from components.heads.gate import gate_problem
from components.heads.known_classes import indices, known_classes, open_rows
from components.heads.mlp import softmax
from components.heads.targets import NetworkTargets
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class DualCNNHead:
    """P(class) = P(class | not rest) P(not rest), and P(rest) beside it (thesis, open-set classification, second).

    On a frozen backbone both networks share its features, so that the pair costs little more than one.

    Attributes:
        hidden: Width of each hidden layer in multiples of the number of outputs; None: no hidden layer.
        rest: Label of the photos of none of the classes.
        label: "gate" asks the gate first and then takes the likeliest class, as the thesis does; "product" takes the
            likeliest of all n + 1, which rejects more: a photo between two classes loses to the rest.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    label: Literal["gate", "product"] = "gate"
    among_known: ClassVar[int] = 1
    rejects: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.label not in ("gate", "product"):
            raise ConfigError(f"head.label={self.label}: expected gate or product")

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """The gate, on all photos, and the closed network, on the known ones."""
        known = self.class_names(manifest)
        gate = gate_problem(manifest, self.rest, "dual_cnn")
        return [gate, NetworkTargets("closed", indices(manifest.label, known), known)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Test photos of the known classes and of the rest."""
        return open_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """By the gate first or by the product; the unknown score is the gate's probability of the rest."""
        names = self.class_names(manifest)
        gate, closed = (softmax(torch.from_numpy(one)).numpy() for one in logits)
        scores = closed * gate[:, :1]
        rejected = gate[:, 1] > (gate[:, 0] if self.label == "gate" else scores.max(axis=1))
        return Predictions(
            ids=manifest.path[rows],
            y_true=indices(manifest.label[rows], names),
            scores=scores,
            y_pred=np.where(rejected, UNKNOWN, closed.argmax(axis=1)).astype(np.int64),
            unknown_score=gate[:, 1],
            class_names=names,
        )
