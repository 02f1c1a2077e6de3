"""What in a photo speaks for the output of a network."""

from components.explanations.choice import samples_by_class, surest_mistakes
from components.explanations.feature_maps import NoHeatMapsError
from components.explanations.heat_maps import heat_maps

__all__ = ["NoHeatMapsError", "heat_maps", "samples_by_class", "surest_mistakes"]
