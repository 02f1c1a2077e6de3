"""`launcher=pool`: jobs of a sweep in worker processes of this machine."""

from experiments.sweeps.pool.launcher import launch
from experiments.sweeps.pool.slots import Slot, slots

__all__ = ["Slot", "launch", "slots"]
