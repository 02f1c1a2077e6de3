"""The elbow criterion, by kneed."""

import warnings
from dataclasses import dataclass
from importlib import metadata

from components.k_selection.criterion import Choice
from components.k_selection.k_sweep import KSweep


@dataclass(frozen=True)
class Elbow:
    """The knee of the within-cluster sum of squares, detected by kneedle (Satopää et al. 2011).

    Attributes:
        sensitivity: Parameter S of kneedle; with larger values the curve must be flatter after a knee.
    """

    sensitivity: float = 1.0

    @property
    def name(self) -> str:
        """Name in figures and tables."""
        return "elbow"

    def choose(self, sweep: KSweep) -> Choice:
        """Find the knee over k = 1 .. k_max; k is None if kneedle finds none."""
        from kneed import KneeLocator

        ks = list(range(1, sweep.k_max + 1))
        knee = None
        if len(ks) > 2 and sweep.within[0] > sweep.within[-1]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # kneed warns if there is no knee
                found = KneeLocator(ks, sweep.within, S=self.sensitivity, curve="convex", direction="decreasing").knee
            knee = None if found is None else int(found)
        remark = f"kneed {metadata.version('kneed')}"
        return Choice(self.name, "knee", tuple(ks), tuple(sweep.within.tolist()), knee, remark=remark)
