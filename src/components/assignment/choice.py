"""A photo and its candidate texts, of which the one that fits is to be chosen."""

from collections.abc import Callable
from dataclasses import dataclass

from components.data import Manifest


@dataclass(frozen=True)
class Choice:
    """A photo with candidate texts.

    Attributes:
        id: Identifies the choice across models and languages, so that two runs can be compared choice by choice.
        row: Row of the photo in the manifest.
        texts: Candidates, at least two.
        right: Index of the correct candidate; None if unknown.
        old: Index of the text that the photo has now, which is kept on abstention; None if it has none.

    Raises:
        ValueError: There are fewer than two candidates, or `right` or `old` is not an index of one.
    """

    id: str
    row: int
    texts: tuple[str, ...]
    right: int | None = None
    old: int | None = None

    def __post_init__(self) -> None:
        if len(self.texts) < 2:
            raise ValueError(f"Choice {self.id!r}: expected at least 2 candidates, got {len(self.texts)}")
        for name, index in (("right", self.right), ("old", self.old)):
            if index is not None and not 0 <= index < len(self.texts):
                raise ValueError(f"Choice {self.id!r}: {name}={index}, expected 0 to {len(self.texts) - 1}")


ChoiceSource = Callable[[Manifest], list[Choice]]
"""An option of the group `assignment`: makes the choices for the photos of a manifest."""
