"""Embedders: photos and texts as unit vectors of one space, with a cache on disk."""

from components.embedders.aligned_heads import HEADS_FILE, Aligned, aligned
from components.embedders.cached import Cached
from components.embedders.embedder import Batch, Embedder, Encoder
from components.embedders.features import backbone_features
from components.embedders.imagenet_names import conse
from components.embedders.prompts import Prompt, class_vectors, prompt
from components.embedders.spaces import Embeddings, check_same_space

__all__ = [
    "HEADS_FILE",
    "Aligned",
    "Batch",
    "Cached",
    "Embedder",
    "Embeddings",
    "Encoder",
    "Prompt",
    "aligned",
    "backbone_features",
    "check_same_space",
    "class_vectors",
    "conse",
    "prompt",
]
