"""The type of queries, and the interface of the options of the group `query`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest


@dataclass(frozen=True)
class Query:
    """A query: either a text or a photo.

    Attributes:
        id: Identifies the query across models and languages, so that two runs can be compared query by query.
        text: The text; None if the query is a photo.
        photo: The photo; None if the query is a text.
        relevant: Sorted rows of the relevant photos in the manifest; None if unknown.
        itself: Row of the query photo in the manifest, which is excluded from the results; None if it is not there.

    Raises:
        ValueError: The query has both a text and a photo, or neither.
    """

    id: str
    text: str | None = None
    photo: Path | None = None
    relevant: NDArray[np.int64] | None = None
    itself: int | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.photo is None):
            raise ValueError(f"Query {self.id!r}: expected either a text or a photo")

    @property
    def words(self) -> str:
        """The text; for a photo its id, which is its path."""
        return self.text if self.text is not None else self.id


QuerySource = Callable[[Manifest], list[Query]]
"""An option of the group `query`: makes the queries for the photos of a manifest."""


def rows_by_value(column: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    """Map each value of a column to its rows, sorted; rows with an empty value are left out."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(column.astype(str).tolist()):
        if value:
            rows.setdefault(value, []).append(row)
    return {value: np.array(members, dtype=np.int64) for value, members in rows.items()}
