"""Embedders: photos and texts as unit vectors of one space, kept by content."""

from components.embedders.aligned_heads import Aligned, aligned
from components.embedders.cached import Cached
from components.embedders.embedder import Batch, Embedder, Encoder
from components.embedders.features import backbone_features
from components.embedders.imagenet_names import conse

__all__ = ["Aligned", "Batch", "Cached", "Embedder", "Encoder", "aligned", "backbone_features", "conse"]
