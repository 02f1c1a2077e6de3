"""A photo and the texts among which the one that fits is looked for."""

from collections.abc import Callable
from dataclasses import dataclass

from components.data import Manifest


@dataclass(frozen=True)
class Choice:
    """One photo with its candidates.

    Attributes:
        id: The same for the same choice by another model or in another language, so that the two can be paired.
        row: Of the photo in its manifest.
        texts: Two candidates at least.
        right: Which of them fits; None where nobody said.
        old: Which of them the photo has now; what is kept where the photo does not decide. None: nothing is.
    """

    id: str
    row: int
    texts: tuple[str, ...]
    right: int | None = None
    old: int | None = None

    def __post_init__(self) -> None:
        if len(self.texts) < 2:
            raise ValueError(f"Choice {self.id!r} has {len(self.texts)} candidates: there is nothing to choose")
        for name, one in (("right", self.right), ("old", self.old)):
            if one is not None and not 0 <= one < len(self.texts):
                raise ValueError(f"Choice {self.id!r}: {name} = {one} is none of the {len(self.texts)} candidates")


MakeChoices = Callable[[Manifest], list[Choice]]
"""What an option of the group `assignment` gives: the choices to be made for the photos of a manifest."""
