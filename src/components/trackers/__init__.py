"""Experiment trackers: Weights & Biases, or none.

Names are imported on first use, so that importing this package stays fast: the modules about Weights & Biases import
`wandb`, which takes most of a second.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
