"""`hito serve`: a local web page to review a photo, search the existing points and see their map."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
