"""Out-of-distribution detectors: scores of unknown photos, computed after training from features and logits."""

from components.detectors.detector import Detector, Outputs, State
from components.detectors.gaussians import Mahalanobis, RelativeMahalanobis
from components.detectors.logit_based import GEN, MSP, Energy, Entropy, MaxLogit, NoDetector
from components.detectors.neighbours import KNN, NNGuide
from components.detectors.odin import ODIN
from components.detectors.openmax import OpenMax
from components.detectors.posterior_based import SHE, KLMatching
from components.detectors.shaping import ASH, ReAct, Scale
from components.detectors.vim import ViM

__all__ = [
    "ASH",
    "GEN",
    "KNN",
    "MSP",
    "ODIN",
    "SHE",
    "Detector",
    "Energy",
    "Entropy",
    "KLMatching",
    "Mahalanobis",
    "MaxLogit",
    "NNGuide",
    "NoDetector",
    "OpenMax",
    "Outputs",
    "ReAct",
    "RelativeMahalanobis",
    "Scale",
    "State",
    "ViM",
]
