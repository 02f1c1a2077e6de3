"""`launcher=pool`: jobs of a sweep in worker processes of this machine."""

from experiments.pool.foreman import launch
from experiments.pool.places import Place, places

__all__ = ["Place", "launch", "places"]
