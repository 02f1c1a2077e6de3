"""Photos of the same object: candidate pairs, their scores, and the fusion of scores into a probability."""

from components.matching.candidates import Candidates, draw_candidates, mine_candidates
from components.matching.cross_fitting import cross_fit
from components.matching.fusion import Fusion, best_f1_threshold, fit_fusion
from components.matching.geometry import Verifier
from components.matching.groups import object_groups
from components.matching.local_features import KeyPoints, LocalFeatures
from components.matching.matcher import Matcher, Matching
from components.matching.nearest import nearest_neighbours
from components.matching.pairs import Pairs, unordered
from components.matching.scores import SCORES, Evidence, evidence, similarity

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
    "cross_fit",
    "draw_candidates",
    "evidence",
    "fit_fusion",
    "mine_candidates",
    "nearest_neighbours",
    "object_groups",
    "similarity",
    "unordered",
]
