"""One run: what it is, its id, lock, record, execution, result files, and how stored runs are found."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
