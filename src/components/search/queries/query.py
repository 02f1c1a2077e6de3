"""One query, and what every option of the group `query` gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest


@dataclass(frozen=True)
class Query:
    """A text or a photo that photos are looked for with.

    Attributes:
        id: The same for the same question in another language, so that the two can be paired.
        text: What is asked; None where a photo asks.
        photo: The photo that asks; None where a text does.
        relevant: Sorted rows of the manifest that answer it rightly; None where nobody said.
        itself: Row of the photo that asks, which is no answer; None where it is not among the photos.
    """

    id: str
    text: str | None = None
    photo: Path | None = None
    relevant: NDArray[np.int64] | None = None
    itself: int | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.photo is None):
            raise ValueError(f"Query {self.id!r} needs a text or a photo, and not both")

    @property
    def words(self) -> str:
        """What is asked, in words; a photo by its path."""
        return self.text if self.text is not None else self.id


QuerySource = Callable[[Manifest], list[Query]]
"""The queries that are put to these photos."""


def same(column: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    """Sorted rows by the value that they have in a column; rows without a value are left out."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(column.astype(str).tolist()):
        if value:
            rows.setdefault(value, []).append(row)
    return {value: np.array(members, dtype=np.int64) for value, members in rows.items()}
