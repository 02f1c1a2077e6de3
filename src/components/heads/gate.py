"""The rest or not: the gate of the dual network by itself (thesis, "the binary network alone")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import check_rest, indices, known_classes, open_rows
from components.heads.mlp import others_share, softmax
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class GateHead:
    """Softmax over two outputs: any of the known classes, and the rest. Both are classes here; nothing is unknown.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs, which is two; None: no hidden layer.
        rest: Label of the photos of none of the classes.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    rejects: ClassVar[bool] = False

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """One network, on all photos."""
        return [gate_problem(manifest, self.rest, "gate")]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Test photos of the known classes and of the rest."""
        return open_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """The likelier of the two; the unknown score is the other's probability."""
        (problem,) = self.network_targets(manifest)
        scores = softmax(torch.from_numpy(logits[0])).numpy()
        return Predictions(
            ids=manifest.path[rows],
            y_true=problem.targets[rows].astype(np.int64),
            scores=scores,
            y_pred=scores.argmax(axis=1).astype(np.int64),
            unknown_score=others_share(scores),
            class_names=problem.class_names,
        )


def gate_problem(manifest: Manifest, rest: str | None, head: str) -> NetworkTargets:
    """Photos of the rest as class 1, those of the known classes as class 0; for a head of this name.

    Raises ConfigError or DataError where there is no rest to learn from.
    """
    label = check_rest(manifest, rest, head)
    known = known_classes(manifest, label)
    targets = np.where(manifest.label == label, 1, np.where(indices(manifest.label, known) >= 0, 0, -1))
    return NetworkTargets("gate", targets.astype(np.int64), (f"no_{label}", label))
