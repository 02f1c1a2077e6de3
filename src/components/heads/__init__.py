"""Heads: which rows a network trains on, as which class, and how logits become predictions."""

from components.heads.closed import ClosedHead
from components.heads.mlp import Classifier, mlp
from components.heads.problem import Head, Problem

__all__ = ["Classifier", "ClosedHead", "Head", "Problem", "mlp"]
