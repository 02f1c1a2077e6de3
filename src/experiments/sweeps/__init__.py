"""Sweeps: plan the runs, launch them, write the table and the report, and pass them to the tracker."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
