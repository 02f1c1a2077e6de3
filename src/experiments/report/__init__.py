"""One page a sweep: `report.html`, offline and in one file, made of the records of the runs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
