"""Nearest-neighbour search over unit vectors, exact or approximate, and an index of photos on disk."""

from components.search.approximate_index import ApproximateIndex
from components.search.exact_index import ExactIndex, exact
from components.search.faiss_graph import faiss
from components.search.index import Index, Ranking, Search
from components.search.photo_index import PhotoIndex
from components.search.usearch_graph import approximate

__all__ = [
    "ApproximateIndex",
    "ExactIndex",
    "Index",
    "PhotoIndex",
    "Ranking",
    "Search",
    "approximate",
    "exact",
    "faiss",
]
