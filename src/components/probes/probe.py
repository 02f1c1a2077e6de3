"""The interface of probes."""

from collections.abc import Callable
from typing import Literal, Protocol

from torch import nn

from components.probes.data import ProbeData


class Probe(Protocol):
    """Trains classifiers on the features of a frozen backbone to convergence, many at once.

    Attributes:
        balance: "weights" weights the photos by inverse class frequency.
        description: Name in texts.
        steps: Number of steps of each problem that `fit` reports.
    """

    balance: Literal["none", "weights"]

    @property
    def description(self) -> str: ...  # noqa: D102

    @property
    def steps(self) -> int: ...  # noqa: D102

    def fit(self, data: ProbeData, on_step: Callable[[int], None]) -> list[nn.Module]:
        """Return a network from features (n, F) to logits (n, C) for each problem."""
        ...
