"""Queries by example: photos that search for photos of the same class or object."""

import numpy as np

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query, rows_by_value


def examples(manifest: Manifest, *, relevant: str = "label", split: str | None = "test") -> list[Query]:
    """Make one query per photo; the other photos with the same value in a column are relevant.

    Args:
        manifest: The photos that are searched.
        relevant: Column that defines relevance: `label`, `object_id`, or any other. Photos without a value make no
            query.
        split: Part of the split whose photos are queries, e.g. "test"; None: all.

    Raises:
        ConfigError: The column is missing, or no photo of the part has a value in it.
    """
    columns = manifest.columns()
    if relevant not in columns:
        raise ConfigError(f"query.relevant: the data has no column {relevant!r}; it has {', '.join(columns)}")
    rows_of, queries = rows_by_value(columns[relevant]), []
    for row, value in enumerate(columns[relevant].astype(str).tolist()):
        if value and (not split or manifest.split[row] == split):
            others = rows_of[value][rows_of[value] != row]
            path = str(manifest.path[row])
            queries.append(Query(id=path, photo=manifest.root / path, relevant=others.astype(np.int64), itself=row))
    if not queries:
        raise ConfigError(f"query.split: no photo of the part {split!r} has a value in {relevant!r}")
    return queries
