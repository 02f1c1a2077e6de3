"""Photos that ask for others of their kind."""

import numpy as np

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query, same


def examples(manifest: Manifest, *, relevant: str = "label", split: str | None = "test") -> list[Query]:
    """One query a photo, answered by the other photos that share its value in a column.

    Args:
        manifest: The photos that are searched.
        relevant: The column: label, object_id, or one of the further ones.
        split: Only photos of this part ask; None: all.

    Raises:
        ConfigError: There is no such column, or no photo that could ask.
    """
    columns = manifest.columns()
    if relevant not in columns:
        raise ConfigError(f"query.relevant: these photos have no column {relevant!r}; they have {', '.join(columns)}")
    members, found = same(columns[relevant]), []
    for row, value in enumerate(columns[relevant].astype(str).tolist()):
        if value and (not split or manifest.split[row] == split):
            others = members[value][members[value] != row]
            path = str(manifest.path[row])
            found.append(Query(id=path, photo=manifest.root / path, relevant=others.astype(np.int64), itself=row))
    if not found:
        raise ConfigError(f"query.split: no photo of the part {split!r} has a value in {relevant!r}")
    return found
