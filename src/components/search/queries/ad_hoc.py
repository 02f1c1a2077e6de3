"""Queries from the command line: `query.texts=[...]`, `query.photos=[...]`."""

from collections.abc import Sequence
from pathlib import Path

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries.query import Query


def ad_hoc(manifest: Manifest, *, texts: Sequence[str] = (), photos: Sequence[str] = ()) -> list[Query]:
    """Texts and photos of the moment; which answers are right nobody knows, so nothing is measured.

    Args:
        manifest: The photos that are searched.
        texts: Each one query.
        photos: Files, or paths of photos of the manifest; each one query, and no answer to itself.

    Raises:
        ConfigError: There is nothing to ask, or no such file.
    """
    if not texts and not photos:
        raise ConfigError("Nothing is asked: give 'query.texts=[a text, ...]' or 'query.photos=[a file, ...]'")
    rows = {path: row for row, path in enumerate(manifest.path.tolist())}
    queries = [Query(id=text, text=text) for text in texts]
    for photo in photos:
        if photo in rows:
            queries.append(Query(id=photo, photo=manifest.root / photo, itself=rows[photo]))
        elif Path(photo).expanduser().is_file():
            queries.append(Query(id=photo, photo=Path(photo).expanduser()))
        else:
            raise ConfigError(f"query.photos: {photo} is neither a file nor the path of a photo below {manifest.root}")
    return queries
