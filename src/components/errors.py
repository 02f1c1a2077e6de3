"""Errors that the user can fix.

Each message names the file, key or row at fault, what was expected and what to do. The command line prints these
errors without a traceback; any other exception is a bug in hito and keeps its traceback.
"""


class HitoError(Exception):
    """Base class of all errors that the user can fix."""


class DataError(HitoError):
    """Photos, tables or archives are missing or invalid."""


class LeakError(DataError):
    """The same photo or object is on two sides of a split."""


class WeightsError(HitoError):
    """Model weights cannot be found, downloaded or loaded."""


class ConfigError(HitoError):
    """A configuration value is invalid, or contradicts another one."""


class PlaceError(HitoError):
    """A folder or file cannot be created or written, or a disk is full."""


class MissingExtraError(HitoError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        """Create the message.

        Args:
            package: The missing package.
            extra: The extra of hito that installs it.
            purpose: What needs the package; the message begins with it.
        """
        super().__init__(f"{purpose} needs the package {package!r}: install it with  pip install 'hito[{extra}]'")
