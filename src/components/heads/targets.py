"""The targets of a network, and the interface of heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.results import Predictions


@dataclass(frozen=True)
class NetworkTargets:
    """Training targets of one network.

    Attributes:
        name: Name of the network, used in checkpoints and curves.
        targets: (n,) int64 class of each row of the manifest, -1 for rows that the network does not use; or (n, C)
            float32 distributions over the classes, zeros for rows that the network does not use.
        class_names: Names of the C classes.
        weights: (n,) float32 weight of each row in the loss; None for equal weights.
    """

    name: str
    targets: NDArray[np.int64] | NDArray[np.float32]
    class_names: tuple[str, ...]
    weights: NDArray[np.float32] | None = None

    def uses(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return (len(rows),) whether the network is trained and evaluated on each of the rows."""
        targets = self.targets[rows]
        return np.asarray(targets >= 0 if targets.ndim == 1 else targets.any(axis=1), dtype=np.bool_)


class Head(Protocol):
    """Turns labels into targets of one or more networks, and the logits of these networks into predictions.

    Each network is a backbone followed by an MLP with `hidden` times C hidden units; networks are trained separately.

    Attributes:
        hidden: Width of the hidden layer in multiples of the number of outputs; None for a linear classifier.
        rejects: Whether the head itself predicts `UNKNOWN`; its unknown score is then the probability of the rest.
    """

    hidden: float | None
    rejects: bool

    def network_targets(self, manifest: Manifest) -> list[NetworkTargets]:
        """Return the targets of each network to train, for a manifest with splits."""
        ...

    def predictions(
        self, manifest: Manifest, rows: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Return predictions for `rows`, from the logits (len(rows), C) of each network."""
        ...

    def test_rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Return the rows of the test split that the head is evaluated on."""
        ...


class OpenHead(Head, Protocol):
    """A head for open-set classification, whose unknown score can be replaced by a detector.

    Its predictions have the known classes as `class_names`, the true label `UNKNOWN` for photos of any other label, and
    an `unknown_score`. If the score is the probability of the rest, `scores` and `unknown_score` sum to 1.

    Attributes:
        rest: Label of photos that are of none of the known classes.
        known_classes_network: Index of the network over the known classes: its first C logits belong to them, and
            detectors use this network.
    """

    rest: str | None
    known_classes_network: int

    def class_names(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the names of the C known classes."""
        ...
