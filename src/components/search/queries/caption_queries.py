"""Queries from the titles or descriptions of the photos: find a photo by its own text."""

from typing import Literal

import numpy as np

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query, rows_by_value


def captions(
    manifest: Manifest,
    *,
    column: Literal["title", "description"] = "description",
    language: str | None = None,
    relevant: str = "object_id",
    split: str | None = None,
) -> list[Query]:
    """Make one query per object: the text of its first photo; all photos of the object are relevant.

    Args:
        manifest: The photos that are searched.
        column: Column with the texts.
        language: Suffix of the column: `title` and `en` give `title_en`. None: `column` itself.
        relevant: Column that defines relevance: photos with the same value as the photo of the text are relevant; if
            the value is empty, only that photo is. One query is made per value, by default per object.
        split: Part of the split whose photos give the texts, e.g. "test"; None: all. All photos are searched.

    Raises:
        ConfigError: A column is missing, or no photo has a text.
    """
    columns = manifest.columns()
    name = f"{column}_{language}" if language else column
    for needed, key in ((name, "query.language" if language else "query.column"), (relevant, "query.relevant")):
        if needed not in columns:
            raise ConfigError(f"{key}: the data has no column {needed!r}; it has {', '.join(columns)}")
    rows_of, queries, used = rows_by_value(columns[relevant]), [], set()
    for row, text in enumerate(columns[name].tolist()):
        value = str(columns[relevant][row])
        query_id = value or str(manifest.path[row])
        if not text or query_id in used or (split and manifest.split[row] != split):
            continue
        used.add(query_id)
        rows = rows_of[value] if value else np.array([row], dtype=np.int64)
        queries.append(Query(id=query_id, text=str(text), relevant=rows))
    if not queries:
        raise ConfigError(f"query.column: no photo{f' of the part {split!r}' if split else ''} has a text in {name!r}")
    return queries
