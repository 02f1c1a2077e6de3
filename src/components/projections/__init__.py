"""Projections: vectors laid out on the plane."""

from components.projections.pca import Pca
from components.projections.projection import Layout, Projection
from components.projections.tsne import Tsne
from components.projections.umap import Umap

__all__ = ["Layout", "Pca", "Projection", "Tsne", "Umap"]
