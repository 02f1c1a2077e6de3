"""A given number of clusters."""

from dataclasses import dataclass

from components.k_selection.criterion import Choice
from components.k_selection.k_sweep import KSweep


@dataclass(frozen=True)
class Fixed:
    """A given number of clusters (thesis: 5).

    Attributes:
        k: Number of clusters.
    """

    k: int = 5

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "fixed"

    def choose(self, sweep: KSweep) -> Choice:  # noqa: ARG002 (part of the interface)
        """Return the given k, without scores."""
        return Choice(self.name, "given", (), (), self.k)
