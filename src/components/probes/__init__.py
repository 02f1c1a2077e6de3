"""Probes: classifiers on the features of a frozen backbone, trained to convergence for many replicates at once."""

from components.probes.data import ProbeData
from components.probes.discriminant import LinearDiscriminant
from components.probes.k_nearest import KNearest, Neighbours
from components.probes.logistic import LogisticRegression
from components.probes.nearest_mean import NearestMean
from components.probes.probe import Probe
from components.probes.ridge import Ridge
from components.probes.scikit_learn import ScikitLearn

__all__ = [
    "KNearest",
    "LinearDiscriminant",
    "LogisticRegression",
    "NearestMean",
    "Neighbours",
    "Probe",
    "ProbeData",
    "Ridge",
    "ScikitLearn",
]
