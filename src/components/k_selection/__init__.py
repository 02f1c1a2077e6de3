"""Selection of the number of clusters: criteria that score the partitions for k = 1, 2, ... and choose a k."""

from components.k_selection.criterion import Choice, Criterion, disagreement
from components.k_selection.elbow import Elbow
from components.k_selection.fixed import Fixed
from components.k_selection.gap import Gap
from components.k_selection.k_sweep import KSweep
from components.k_selection.stability import Stability
from components.k_selection.validity_indices import CalinskiHarabasz, DaviesBouldin, Silhouette

__all__ = [
    "CalinskiHarabasz",
    "Choice",
    "Criterion",
    "DaviesBouldin",
    "Elbow",
    "Fixed",
    "Gap",
    "KSweep",
    "Silhouette",
    "Stability",
    "disagreement",
]
