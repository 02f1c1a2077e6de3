"""Queries from the command line: `query.texts=[...]`, `query.photos=[...]`."""

from collections.abc import Sequence
from pathlib import Path

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query


def ad_hoc(manifest: Manifest, *, texts: Sequence[str] = (), photos: Sequence[str] = ()) -> list[Query]:
    """Make queries from texts and photos. Their relevant photos are unknown, so no metrics are computed.

    Args:
        manifest: The photos that are searched.
        texts: Texts, one query each.
        photos: Photos, one query each: files, or paths in the manifest. A photo of the manifest is excluded from its
            own results.

    Raises:
        ConfigError: There are neither texts nor photos, or a photo does not exist.
    """
    if not texts and not photos:
        raise ConfigError(
            "query=ad_hoc needs a query: give 'query.texts=[a text, ...]' or 'query.photos=[a file, ...]'"
        )
    row_of = {path: row for row, path in enumerate(manifest.path.tolist())}
    queries = [Query(id=text, text=text) for text in texts]
    for photo in photos:
        if photo in row_of:
            queries.append(Query(id=photo, photo=manifest.root / photo, itself=row_of[photo]))
        elif Path(photo).expanduser().is_file():
            queries.append(Query(id=photo, photo=Path(photo).expanduser()))
        else:
            raise ConfigError(
                f"query.photos: {photo} is neither a file nor a path in the manifest (below {manifest.root})"
            )
    return queries
