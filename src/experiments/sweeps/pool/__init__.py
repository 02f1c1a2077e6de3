"""`launcher=pool`: jobs of a sweep in worker processes on this machine."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
