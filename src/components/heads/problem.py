"""What a head asks of the training, and the contract that every head obeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.predictions import Predictions


@dataclass(frozen=True)
class Problem:
    """One network to train: which rows it uses, as which class.

    Attributes:
        name: Of the network, for checkpoints and curves.
        targets: (n,) int64, class of every row of the manifest; -1 where the network does not use the row.
        class_names: C names.
    """

    name: str
    targets: NDArray[np.int64]
    class_names: tuple[str, ...]


class Head(Protocol):
    """From features to predictions.

    A head turns labels into one or more problems; each is trained as a network of its own (backbone and an MLP with
    `hidden` times C hidden units), and the logits of all of them become predictions.
    """

    hidden: float | None

    def problems(self, manifest: Manifest) -> list[Problem]:
        """The networks to train on this manifest (its splits are set)."""
        ...

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Predictions for `rows`, given each problem's logits (len(rows), C)."""
        ...

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Rows of the test split that the head is measured on."""
        ...
