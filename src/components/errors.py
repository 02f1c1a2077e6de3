"""Errors meant for the person at the keyboard.

Each says which file, key or row is at fault, what was expected and what to do. The command line
prints them without a traceback; anything else that is raised is a defect of hito and keeps its own.
"""


class HitoError(Exception):
    """An error whose message is enough to act on."""


class DataError(HitoError):
    """Photos, tables or archives that cannot be used as they are."""


class LeakError(DataError):
    """The same thing stands on both sides of a split."""


class WeightsError(HitoError):
    """Weights that cannot be found, reached or loaded."""


class ConfigError(HitoError):
    """A configuration that contradicts itself or names what does not exist."""


class MissingExtraError(HitoError):
    """An optional dependency that is not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        """Name the missing `package`, the `extra` of hito that brings it and what needs it."""
        super().__init__(f"{purpose} needs the package {package!r}: install it with  pip install 'hito[{extra}]'")
