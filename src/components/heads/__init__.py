"""Heads: which rows a network trains on, as which class, and how logits become predictions."""

from components.heads.closed import ClosedHead
from components.heads.dual_cnn import DualCNNHead
from components.heads.gate import GateHead
from components.heads.known_classes import indices, open_rows
from components.heads.mlp import Classifier, first_outputs, mlp
from components.heads.outlier_exposure import OutlierExposureHead
from components.heads.rest_class import RestClassHead
from components.heads.targets import Head, NetworkTargets, OpenHead

__all__ = [
    "Classifier",
    "ClosedHead",
    "DualCNNHead",
    "GateHead",
    "Head",
    "NetworkTargets",
    "OpenHead",
    "OutlierExposureHead",
    "RestClassHead",
    "first_outputs",
    "indices",
    "mlp",
    "open_rows",
]
