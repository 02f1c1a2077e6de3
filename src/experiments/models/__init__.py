"""Models of a run: train replicates, save and load classifiers and matchers, reject unknown photos."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
