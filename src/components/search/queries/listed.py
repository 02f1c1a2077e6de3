"""Queries written down in an option file, in several languages, with the photos that answer them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.data import Manifest, filter_mask
from components.errors import ConfigError
from components.search.queries.query import Query


def listed(manifest: Manifest, *, queries: Sequence[Mapping[str, Any]], language: str) -> list[Query]:
    """The listed queries in one of their languages.

    Args:
        manifest: The photos that are searched.
        queries: Each {id: NAME, LANGUAGE: TEXT, ..., relevant: FILTERS}; the filters, as in `components.data.filter_mask`,
            are passed by the photos that answer the query: `relevant: {label: parque}`.
        language: Of the texts to ask: es, en, ...

    Raises:
        ConfigError: A query has no such language or no `relevant`, two have one id, or the photos lack a column.
    """
    found: list[Query] = []
    for one in queries:
        languages = sorted(set(one) - {"id", "relevant"})
        if "id" not in one or "relevant" not in one or any(query.id == one["id"] for query in found):
            raise ConfigError(f"query.queries: {dict(one)} needs an id of its own and `relevant`, as {{label: parque}}")
        if language not in one:
            raise ConfigError(f"query.language: {one['id']} is there in {', '.join(languages)}, not in {language!r}")
        try:
            answers = filter_mask(manifest, one["relevant"])
        except ConfigError as error:
            raise ConfigError(f"query.queries: {one['id']}: relevant: {error}") from error
        found.append(Query(id=str(one["id"]), text=str(one[language]), relevant=np.flatnonzero(answers)))
    return found
