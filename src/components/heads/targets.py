"""What a head asks of the training, and the contract that every head obeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.results import Predictions


@dataclass(frozen=True)
class NetworkTargets:
    """One network to train: which rows it uses, as which class.

    Attributes:
        name: Of the network, for checkpoints and curves.
        targets: (n,) int64, class of every row of the manifest; -1 where the network does not use the row. Or (n, C)
            float32, a distribution over the classes; zeros where the network does not use the row.
        class_names: C names.
        weights: (n,) float32, how much each row counts in the loss; None: all alike.
    """

    name: str
    targets: NDArray[np.int64] | NDArray[np.float32]
    class_names: tuple[str, ...]
    weights: NDArray[np.float32] | None = None

    def uses(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(len(rows),) whether the network is trained and measured on these rows."""
        targets = self.targets[rows]
        return np.asarray(targets >= 0 if targets.ndim == 1 else targets.any(axis=1), dtype=np.bool_)


class Head(Protocol):
    """From features to predictions.

    A head turns labels into one or more problems; each is trained as a network of its own (backbone and an MLP with
    `hidden` times C hidden units), and the logits of all of them become predictions.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs; None: no hidden layer.
        rejects: Whether it calls photos `UNKNOWN` by itself; its unknown score is the probability of that then.
    """

    hidden: float | None
    rejects: bool

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
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


class OpenHead(Head, Protocol):
    """A head for photos some of which are of none of the known classes; detectors can be put on it.

    Its predictions have the known classes as `class_names`, `UNKNOWN` as the truth of every photo of another label, and
    an `unknown_score`; where that is the probability of the rest, `scores` and it sum to 1.

    Attributes:
        rest: Label of the photos of none of the classes.
        among_known: Index of the problem whose network tells the known classes apart: its first C logits are theirs,
            and detectors look at it.
    """

    rest: str | None
    among_known: int

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """The C known classes."""
        ...
