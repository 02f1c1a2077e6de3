"""ViM: what of the features lies outside the space that the classes span, as one more logit."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.classifier import last_layer
from components.detectors.detector import Outputs, State, Targets, photos_of_classes
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class ViM:
    """Virtual logit minus the energy of the logits (Wang et al. 2022).

    The virtual logit is the length of the features outside their principal subspace, scaled to match the
    highest logits of training photos. Own code: pytorch-ood's knows only classifiers that are one linear
    layer. There the features are centred where all logits are 0, as in the paper; behind a hidden layer there
    is no such point, and they are centred at their mean.

    Attributes:
        dimension: Of the principal subspace. None: the paper's, 1000 for 2048 features or more, 512 for 768 or
            more, else half of the features; but at most half of the training photos, which must not fit into it.
    """

    dimension: int | None = None
    _origin: Floats = field(init=False, repr=False)
    _outside: Floats = field(init=False, repr=False)
    _scale: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.dimension is not None and self.dimension < 1:
            raise ConfigError(f"detector.dimension is {self.dimension}, expected 1 or more, or null")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """The subspace, and the scale of what lies outside.

        Raises:
            ConfigError: When the subspace holds all features of the training photos.
        """
        train, _ = photos_of_classes(train, targets)
        features = train.features.astype(np.float64)
        n, size = features.shape
        dimension = self._size_of_subspace(n, size)
        linear = last_layer(classifier)
        self._origin = features.mean(axis=0) if linear is None else -np.linalg.pinv(linear[0]) @ linear[1]
        centred = features - self._origin
        _, directions = np.linalg.eigh(centred.T @ centred / n)  # eigenvalues ascend
        self._outside = np.ascontiguousarray(directions[:, : size - dimension])
        length = np.linalg.norm(centred @ self._outside, axis=1).mean()
        if not length > 1e-9 * np.linalg.norm(centred, axis=1).mean():
            raise DataError(
                f"ViM: the features of the {n} training photos lie in {dimension} dimensions, nothing is outside; "
                "set detector.dimension lower"
            )
        self._scale = float(train.logits.max(axis=1).mean() / length)
        return self

    def _size_of_subspace(self, n: int, size: int) -> int:
        most = min(n, size)
        if self.dimension is None:
            papers = 1000 if size >= 2048 else 512 if size >= 768 else size // 2
            return max(1, min(papers, most // 2))
        if self.dimension >= most:
            raise ConfigError(
                f"detector.dimension is {self.dimension}, expected less than the {n} training photos and the "
                f"{size} features"
            )
        return self.dimension

    def score(self, outputs: Outputs) -> Floats:
        """Virtual logit minus energy."""
        outside = np.linalg.norm((outputs.features - self._origin) @ self._outside, axis=1)
        scores: Floats = self._scale * outside - logsumexp(outputs.logits, axis=1)
        return scores

    def state(self) -> State:
        """Return the origin, the (F, F - dimension) directions outside the subspace, and the scale."""
        return {"origin": self._origin, "outside": self._outside, "scale": np.array(self._scale)}

    def load_state(self, state: State, classifier: nn.Module) -> Self:  # noqa: ARG002
        """Restore the origin, the directions outside the subspace, and the scale."""
        self._origin, self._outside, self._scale = state["origin"], state["outside"], float(state["scale"])
        return self
