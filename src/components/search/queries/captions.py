"""Queries from the photos' own titles or descriptions: find the photo by what was written about it."""

from typing import Literal

import numpy as np

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query, same


def captions(
    manifest: Manifest,
    *,
    column: Literal["title", "description"] = "description",
    language: str | None = None,
    relevant: str = "object_id",
    split: str | None = None,
) -> list[Query]:
    """One query a described object: the text of its first photo, answered by all of its photos.

    Args:
        manifest: The photos that are searched.
        column: Which of their texts.
        language: Takes COLUMN_LANGUAGE (`title_en`) in place of the column; None: the column as it is.
        relevant: Column in which the right answers share the value of the photo that was described; where it is
            empty only that photo is right. One query is asked for each value: by default, for each object.
        split: Only texts of photos of this part; all photos are searched all the same.

    Raises:
        ConfigError: The photos have no such column, or no texts in it.
    """
    columns = manifest.columns()
    name = f"{column}_{language}" if language else column
    for wanted, key in ((name, "query.language" if language else "query.column"), (relevant, "query.relevant")):
        if wanted not in columns:
            raise ConfigError(f"{key}: these photos have no column {wanted!r}; they have {', '.join(columns)}")
    members, found, taken = same(columns[relevant]), [], set()
    for row, text in enumerate(columns[name].tolist()):
        value = str(columns[relevant][row])
        answer = value or str(manifest.path[row])
        if not text or answer in taken or (split and manifest.split[row] != split):
            continue
        taken.add(answer)
        rows = members[value] if value else np.array([row], dtype=np.int64)
        found.append(Query(id=answer, text=str(text), relevant=rows))
    if not found:
        raise ConfigError(f"query.column: no photo{f' of the split {split}' if split else ''} has a text in {name!r}")
    return found
