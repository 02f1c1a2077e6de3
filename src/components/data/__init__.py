"""Photos and what is known of them: manifest, sources, splits, leak guard, pixel cache."""

from components.data.manifest import SPLITS, Manifest

__all__ = ["SPLITS", "Manifest"]
