"""Who follows a run while it goes: Weights & Biases, or nobody."""

from components.trackers.tracker import Estimate, NoTracker, Status, Tracker
from components.trackers.wandb_tracker import WandbTracker

__all__ = ["Estimate", "NoTracker", "Status", "Tracker", "WandbTracker"]
