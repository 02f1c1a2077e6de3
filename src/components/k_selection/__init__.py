"""The number of clusters: several criteria over one sweep of k, each with the k that it chooses."""

from components.k_selection.criteria import CalinskiHarabasz, DaviesBouldin, Elbow, Fixed, Silhouette
from components.k_selection.draws import Gap, Stability
from components.k_selection.sweep import Choice, Criterion, Sweep, disagreement

__all__ = [
    "CalinskiHarabasz",
    "Choice",
    "Criterion",
    "DaviesBouldin",
    "Elbow",
    "Fixed",
    "Gap",
    "Silhouette",
    "Stability",
    "Sweep",
    "disagreement",
]
