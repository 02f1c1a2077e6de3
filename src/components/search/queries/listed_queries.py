"""Queries listed in an option file, in several languages, with filters that select the relevant photos."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.data import Manifest, filter_mask
from components.errors import ConfigError
from components.search.queries.query import Query


def listed(manifest: Manifest, *, queries: Sequence[Mapping[str, Any]], language: str) -> list[Query]:
    """Make the listed queries in entry of their languages.

    Args:
        manifest: The photos that are searched.
        queries: Queries of the form {id: NAME, LANGUAGE: TEXT, ..., relevant: FILTERS}. Photos that match the filters
            are relevant, e.g. `relevant: {label: parque}`; see `components.data.filter_mask`.
        language: Language of the texts: es, en, ...

    Raises:
        ConfigError: A query lacks the language, `id` or `relevant`, two queries have the same id, or the filters name a
            column that the data lacks.
    """
    made: list[Query] = []
    for entry in queries:
        languages = sorted(set(entry) - {"id", "relevant"})
        if "id" not in entry or "relevant" not in entry or any(query.id == entry["id"] for query in made):
            raise ConfigError(
                f"query.queries: {dict(entry)} needs a unique id and filters `relevant`, e.g. {{label: parque}}"
            )
        if language not in entry:
            raise ConfigError(f"query.language: {entry['id']} exists in {', '.join(languages)}, not in {language!r}")
        try:
            relevant = filter_mask(manifest, entry["relevant"])
        except ConfigError as error:
            raise ConfigError(f"query.queries: {entry['id']}: relevant: {error}") from error
        made.append(Query(id=str(entry["id"]), text=str(entry[language]), relevant=np.flatnonzero(relevant)))
    return made
