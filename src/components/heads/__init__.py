"""Heads: from labels to the training targets of networks, and from logits to predictions."""

from components.heads.closed import ClosedHead
from components.heads.dual_cnn import DualCNNHead
from components.heads.gate import GateHead
from components.heads.known_classes import known_or_rest_rows, label_indices
from components.heads.mlp import Classifier, first_outputs, mlp, network_of_state, one_minus_max_probability
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
    "known_or_rest_rows",
    "label_indices",
    "mlp",
    "network_of_state",
    "one_minus_max_probability",
]
