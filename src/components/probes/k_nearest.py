"""k nearest neighbours, as a network that keeps the training photos' features."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from components.errors import ConfigError
from components.probes.data import ProbeData


class Neighbours(nn.Module):
    """Logits by the votes of the nearest training photos: log of (votes + 1 / C) / (k + 1).

    Attributes:
        features: (m, F) features of the training photos.
        votes: (m, C) what each of them votes for.
        n_neighbors: Number of neighbours k, as a tensor that is saved with the network.
    """

    n_neighbors: Tensor

    def __init__(self, features: Tensor, votes: Tensor, n_neighbors: int) -> None:
        super().__init__()
        # parameters, so that they are saved and moved with the network; they are not trained
        self.features = nn.Parameter(features.float(), requires_grad=False)
        self.votes = nn.Parameter(votes.float(), requires_grad=False)
        self.register_buffer("n_neighbors", torch.tensor(n_neighbors))

    def forward(self, features: Tensor) -> Tensor:
        """Return logits (B, C) of features (B, F)."""
        count = min(int(self.n_neighbors), len(self.features))
        nearest = torch.cdist(features, self.features).topk(count, dim=1, largest=False).indices
        votes = self.votes[nearest].sum(dim=1)
        total = votes.sum(dim=1, keepdim=True)
        logits: Tensor = ((votes / total * count + 1 / votes.shape[1]) / (count + 1)).log()
        return logits

    @classmethod
    def of_state(cls, state: Mapping[str, Tensor]) -> "Neighbours":
        """Return the network of a state dict."""
        return cls(state["features"], state["votes"], int(state["n_neighbors"]))

    def first_outputs(self, count: int) -> "Neighbours":
        """Return the network without the photos and votes of all but the first classes."""
        kept = self.votes[:, :count].sum(dim=1) > 0
        return Neighbours(self.features[kept], self.votes[kept, :count], int(self.n_neighbors))


@dataclass(frozen=True)
class KNearest:
    """Predict the class of most of the nearest training photos (scikit-learn's KNeighborsClassifier).

    Attributes:
        n_neighbors: Number of neighbours.
        balance: "weights" lets a photo vote in inverse proportion to the frequency of its class.
    """

    n_neighbors: int = 5
    balance: Literal["none", "weights"] = "none"
    description: ClassVar[str] = "k nearest neighbours"
    steps: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if self.n_neighbors < 1:
            raise ConfigError(f"training.n_neighbors={self.n_neighbors}: expected at least 1")

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a network for each problem; arguments as of `LogisticRegression.fit`."""
        on_step(len(data))
        return [
            Neighbours(features, targets * weights[:, None], self.n_neighbors)
            for features, targets, weights in data.each()
        ]
