"""Photos of the same object: which pairs are looked at, what speaks for them, and what that comes to."""

from components.matching.candidates import Candidates, drawn, mined
from components.matching.fusion import Fusion, best_f1_threshold, cross_fitted, fit
from components.matching.geometry import Verifier
from components.matching.groups import groups
from components.matching.local_features import KeyPoints, LocalFeatures
from components.matching.matcher import Matcher, Matching
from components.matching.nearest import nearest_of_each
from components.matching.pairs import Pairs, unordered
from components.matching.scores import SCORES, Evidence, evidence, likeness

__all__ = [
    "SCORES",
    "Candidates",
    "Evidence",
    "Fusion",
    "KeyPoints",
    "LocalFeatures",
    "Matcher",
    "Matching",
    "Pairs",
    "Verifier",
    "best_f1_threshold",
    "cross_fitted",
    "drawn",
    "evidence",
    "fit",
    "groups",
    "likeness",
    "mined",
    "nearest_of_each",
    "unordered",
]
