"""ViM: the norm of the features outside their principal subspace as a virtual logit (Wang et al. 2022)."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import nn

from components.detectors.classifier import last_layer
from components.detectors.detector import Outputs, State, Targets, known_photos
from components.errors import ConfigError, DataError

Floats = NDArray[np.float64]


@dataclass
class ViM:
    """Virtual logit minus log sum exp of the logits (Wang et al. 2022).

    The virtual logit is the norm of the features outside their principal subspace, scaled so that its mean equals the
    mean maximum logit of the training photos. pytorch-ood is not used because it supports only classifiers that are a
    single linear layer. For these, the features are centred at the point where all logits are 0, as in the paper; a
    classifier with hidden layers has no such point, and the features are centred at their mean.

    Attributes:
        dimension: Dimension of the principal subspace. None: as in the paper, 1000 for 2048 features or more, 512 for
            768 or more, else half the number of features; but at most half the number of training photos, because
            otherwise the subspace could contain all of them.
    """

    dimension: int | None = None
    _origin: Floats = field(init=False, repr=False)
    _outside: Floats = field(init=False, repr=False)
    _scale: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.dimension is not None and self.dimension < 1:
            raise ConfigError(f"detector.dimension is {self.dimension}, expected 1 or more, or null")

    def fit(self, train: Outputs, targets: Targets, classifier: nn.Module) -> Self:
        """Compute the principal subspace and the scale of the virtual logit.

        Raises:
            ConfigError: `dimension` is not below the number of features and the number of training photos.
            DataError: The subspace contains the features of all training photos.
        """
        train, _ = known_photos(train, targets)
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
                f"detector=vim: the features of the {n} training photos lie in a subspace of {dimension} dimensions, "
                "so that no residual is left: set a lower detector.dimension"
            )
        self._scale = float(train.logits.max(axis=1).mean() / length)
        return self

    def _size_of_subspace(self, n: int, size: int) -> int:
        limit = min(n, size)
        if self.dimension is None:
            default = 1000 if size >= 2048 else 512 if size >= 768 else size // 2
            return max(1, min(default, limit // 2))
        if self.dimension >= limit:
            raise ConfigError(
                f"detector.dimension is {self.dimension}, expected less than the number of training photos ({n}) and "
                f"of features ({size})"
            )
        return self.dimension

    def score(self, outputs: Outputs) -> Floats:
        """Return the virtual logit minus log sum exp of the logits."""
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
