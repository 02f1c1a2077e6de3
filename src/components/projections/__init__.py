"""Projections of vectors to two dimensions, for figures."""

from components.projections.pca import Pca
from components.projections.projection import FittedProjection, Projection
from components.projections.tsne import Tsne
from components.projections.umap import Umap

__all__ = ["FittedProjection", "Pca", "Projection", "Tsne", "Umap"]
