"""Detectors: how unlike the known classes a photo is, said after training from features and logits."""

from components.detectors.detector import Detector, Outputs
from components.detectors.of_logits import MSP, Energy, MaxLogit, NoDetector

__all__ = ["MSP", "Detector", "Energy", "MaxLogit", "NoDetector", "Outputs"]
