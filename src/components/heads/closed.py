"""The closed set: every photo is taken for one of the known classes (thesis, closed-set classification)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.heads.known_classes import indices, known_classes
from components.heads.mlp import others_share, softmax
from components.heads.targets import NetworkTargets
from components.results import Predictions


@dataclass(frozen=True)
class ClosedHead:
    """Softmax over the known classes.

    In an open set it knows of nothing else: it calls no photo unknown, and how unknown one looks is one minus its
    highest probability (Hendrycks & Gimpel 2017), until a detector is put on it.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of classes; None: no hidden layer.
        rest: Label of photos that are none of the classes: left out of training and of the closed test. None: there
            is none.
    """

    hidden: float | None = 2
    rest: str | None = "resto"
    among_known: ClassVar[int] = 0
    rejects: ClassVar[bool] = False

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The labels of the training photos, without `rest`.

        Raises DataError for fewer than two classes, and for a class that the test has and the training has not.
        """
        return known_classes(manifest, self.rest)

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """One network over the known classes."""
        names = self.class_names(manifest)
        return [NetworkTargets("closed", indices(manifest.label, names), names)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Test photos of the known classes."""
        rows = manifest.rows("test")
        return rows[np.isin(manifest.label[rows], self.class_names(manifest))]

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """The class of the highest softmax score; the unknown score is the other classes' probability."""
        names = self.class_names(manifest)
        return among_known(manifest, rows, logits[0], names)


def among_known(
    manifest: Manifest, rows: NDArray[np.int64], logits: NDArray[np.float64], names: tuple[str, ...]
) -> Predictions:
    """What logits (n, C) over the known classes alone say."""
    scores = softmax(torch.from_numpy(logits)).numpy()
    return Predictions(
        ids=manifest.path[rows],
        y_true=indices(manifest.label[rows], names),
        scores=scores,
        y_pred=scores.argmax(axis=1).astype(np.int64),
        unknown_score=others_share(scores),
        class_names=names,
    )
