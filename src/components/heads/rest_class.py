"""The rest as a class of its own: one more softmax output, trained on photos of anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import check_rest, indices, known_classes, open_rows
from components.heads.mlp import softmax
from components.heads.targets import NetworkTargets
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class RestClassHead:
    """Softmax over the known classes and the rest (thesis, open-set classification, first approach).

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs; None: no hidden layer.
        rest: Label of the photos of none of the classes.
        weigh_rest: Share of the loss that the rest has, in multiples of the mean known class; None: each photo counts
            alike. 1 is the balanced background class of Dhamija et al. 2018 and Palechor et al. 2023: the many
            things that are the rest shall not outvote a class, nor few of them be ignored.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    weigh_rest: float | None = None
    among_known: ClassVar[int] = 0
    rejects: ClassVar[bool] = True

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """One network over the known classes and, last, the rest."""
        rest = check_rest(manifest, self.rest, "rest_class")
        known = self.class_names(manifest)
        targets = indices(manifest.label, (*known, rest))
        weights = None
        if self.weigh_rest is not None:
            trained = targets[manifest.rows("train")]
            of_rest, of_known = (trained == len(known)).sum(), ((trained >= 0) & (trained < len(known))).sum()
            factor = self.weigh_rest * of_known / (len(known) * of_rest)
            weights = np.where(targets == len(known), factor, 1.0).astype(np.float32)
        return [NetworkTargets("rest_class", targets, (*known, rest), weights)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Test photos of the known classes and of the rest."""
        return open_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """The likeliest of all outputs; the unknown score is the probability of the rest."""
        names = self.class_names(manifest)
        joint = softmax(torch.from_numpy(logits[0])).numpy()
        labels = joint.argmax(axis=1)
        return Predictions(
            ids=manifest.path[rows],
            y_true=indices(manifest.label[rows], names),
            scores=joint[:, :-1],
            y_pred=np.where(labels == len(names), UNKNOWN, labels).astype(np.int64),
            unknown_score=joint[:, -1],
            class_names=names,
        )
