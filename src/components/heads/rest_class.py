"""The rest as an additional class: one more softmax output, trained with photos of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import known_classes, known_or_rest_rows, label_indices, require_rest
from components.heads.mlp import softmax
from components.heads.targets import NetworkTargets
from components.results import UNKNOWN, Predictions


@dataclass(frozen=True)
class RestClassHead:
    """Softmax over the known classes and the rest (thesis, open-set classification, first approach).

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs; None for a linear classifier.
        rest: Label of photos that are of none of the known classes.
        weigh_rest: Total weight of the rest in the loss, in multiples of the mean total weight of a known class; None
            gives all photos the same weight. 1 is the balanced background class of Dhamija et al. 2018 and Palechor
            et al. 2023, whose weight does not depend on the number of photos of the rest.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    weigh_rest: float | None = None
    known_classes_network: ClassVar[int] = 0
    rejects: ClassVar[bool] = True

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the names of the known classes."""
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of one network over the known classes and, as last class, the rest."""
        rest = require_rest(manifest, self.rest, "rest_class")
        known = self.class_names(manifest)
        targets = label_indices(manifest.label, (*known, rest))
        weights = None
        if self.weigh_rest is not None:
            train_targets = targets[manifest.rows("train")]
            n_rest = (train_targets == len(known)).sum()
            n_known = ((train_targets >= 0) & (train_targets < len(known))).sum()
            factor = self.weigh_rest * n_known / (len(known) * n_rest)
            weights = np.where(targets == len(known), factor, 1.0).astype(np.float32)
        return [NetworkTargets("rest_class", targets, (*known, rest), weights)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of test photos of the known classes and of the rest."""
        return known_or_rest_rows(manifest, manifest.rows("test"), self.rest)

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predict the most probable output; the unknown score is the probability of the rest."""
        names = self.class_names(manifest)
        probabilities = softmax(torch.from_numpy(logits[0])).numpy()
        labels = probabilities.argmax(axis=1)
        return Predictions(
            ids=manifest.path[rows],
            y_true=label_indices(manifest.label[rows], names),
            scores=probabilities[:, :-1],
            y_pred=np.where(labels == len(names), UNKNOWN, labels).astype(np.int64),
            unknown_score=probabilities[:, -1],
            class_names=names,
        )
