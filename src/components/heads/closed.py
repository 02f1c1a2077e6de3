"""The closed set: every photo is taken for one of the known classes (thesis, closed-set classification)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest
from components.errors import DataError
from components.heads.mlp import softmax
from components.heads.problem import Problem
from components.predictions import Predictions


@dataclass(frozen=True)
class ClosedHead:
    """Softmax over the known classes.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of classes; None: no hidden layer.
        rest: Label of photos that are none of the classes: left out of training and test. None: there is none.
    """

    hidden: float | None = 2
    rest: str | None = "resto"

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The labels of the training photos, without `rest`.

        Raises DataError for fewer than two classes, and for a class that the test has and the training has not.
        """
        seen = {split: set(manifest.label[manifest.rows(split)]) - {"", self.rest} for split in ("train", "test")}
        if len(seen["train"]) < 2:
            found = ", ".join(sorted(seen["train"])) or "none"
            raise DataError(f"Classification needs photos of at least two classes in train; found: {found}")
        if strange := sorted(seen["test"] - seen["train"]):
            raise DataError(
                f"The test split holds labels that train has no photo of: {', '.join(strange)}. "
                "Add photos of them to train, remove them, or give the label as head.rest"
            )
        return tuple(sorted(seen["train"]))

    def problems(self, manifest: Manifest) -> list[Problem]:
        """One network over the known classes."""
        names = self.class_names(manifest)
        return [Problem("closed", indices(manifest.label, names), names)]

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Test photos of the known classes."""
        rows = manifest.rows("test")
        return rows[np.isin(manifest.label[rows], self.class_names(manifest))]

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """The class of the highest softmax score; no unknown score."""
        names = self.class_names(manifest)
        scores = softmax(torch.from_numpy(logits[0])).numpy()
        return Predictions(
            ids=manifest.path[rows],
            y_true=indices(manifest.label[rows], names),
            scores=scores,
            y_pred=scores.argmax(axis=1).astype(np.int64),
            unknown_score=np.full(len(rows), np.nan),
            class_names=names,
        )


def indices(labels: NDArray[np.object_], names: Sequence[str]) -> NDArray[np.int64]:
    """Index of each label in `names`, -1 where it is not among them."""
    position = {name: index for index, name in enumerate(names)}
    return np.array([position.get(label, -1) for label in labels], dtype=np.int64)
