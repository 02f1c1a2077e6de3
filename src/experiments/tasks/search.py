"""Task `search`: find the best photos for texts and photos, and measure the rankings where relevance is known."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, filter_mask, hashed
from components.embedders import Cached, Embedder
from components.errors import ConfigError
from components.metrics import agreement, item_metrics, retrieval_items
from components.results import PerItemMetrics
from components.search import ExactIndex, Ranking, Search
from components.search.queries import Query, QuerySource
from components.wording import counted, shortened
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.search_index import create_index, extend_index
from experiments.tasks.search_output import draw, show, write_ranking

NAMED_BY = ("embedder", "search", "query")
"""Configuration groups whose options name a run of this task."""

MEASURED_DEPTH = 1000
"""Depth to which rankings of an exact search are measured, as at TREC; an approximate search is measured to top_k."""


MAX_NAMED = 5
"""Largest number of texts that a note lists."""


def search(
    *,
    data: Manifest,
    embedder: Embedder,
    search: Search,
    query: QuerySource,
    filters: Mapping[str, Any] | None,
    index: str | None,
    top_k: int,
    seed: int,
    run: Run,
) -> Outcome:
    """Find the best photos for each query.

    Args:
        data: The photos.
        embedder: Maps photos and texts to vectors of one space.
        search: Finds the nearest vectors.
        query: Called with the manifest; returns the queries and, where it is known, which photos are relevant.
        filters: Which photos are searched, see `components.data.filter_mask`; None: all.
        index: Id of an earlier run of task=search, whose index is extended with the photos of `data` that it lacks;
            all of its photos are searched. None: create a new index.
        top_k: Number of photos returned per query.
        seed: Seed of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        Metrics over the queries whose relevant photos are known. The folder of the run contains the index,
        ranking.csv, items.parquet and one figure per query.

    Raises:
        ConfigError: `top_k` is below 1, no photo passes the filters, or the index cannot be extended.
    """
    if top_k < 1:
        raise ConfigError(f"top_k={top_k}: expected at least 1 photo per query")
    manifest, filters = hashed(data), filters or {}
    if index:
        store = extend_index(index, run.output, run.folder, manifest, embedder)
        manifest = store.photos
    allowed = filter_mask(manifest, filters)
    if not allowed.any():
        raise ConfigError(f"filters: none of {counted(len(manifest), 'photo')} passes {dict(filters)}")
    queries = query(manifest)
    if not index:
        store = create_index(run.folder, manifest, embedder)
    vectors = search(store.vectors, store.folder)
    query_vectors = embed_queries(queries, embedder)
    is_exact = isinstance(vectors, ExactIndex)
    depth = min(max(top_k, MEASURED_DEPTH if is_exact else top_k), int(allowed.sum()))
    ranking = without_query_photos(vectors.search(query_vectors, depth + 1, allowed), queries, depth)

    notes = notes_on_words(queries, embedder)
    items = per_query(queries, ranking, allowed, top_k, notes)
    if not is_exact:
        exact = ExactIndex(store.vectors).search(query_vectors, top_k + 1, allowed)
        exact = without_query_photos(exact, queries, top_k)
        column = {f"agreement_at_{top_k}": agreement(ranking.rows[:, :top_k], exact.rows)}
        ids = items.ids if items else np.array([one.id for one in queries], dtype=object)
        items = PerItemMetrics(ids, {**(items.metrics if items else {}), **column})
        notes.append(f"mrr and map are computed on the {counted(top_k, 'photo')} that the approximate search returned")
    metrics = item_metrics([items], seed=seed) if items else {}
    if items:
        write_items(run.folder, [items])
    best = Ranking(ranking.rows[:, :top_k], ranking.scores[:, :top_k])
    write_ranking(run.folder, queries, best, manifest, filters)
    notes += draw(run.figures, queries, best, manifest, filters, run.subtitle)
    return Outcome(
        metrics=metrics,
        protocol=f"{counted(int(allowed.sum()), 'photo')} searched · {counted(len(queries), 'query', 'queries')} · "
        f"{embedder.dimension} dimensions",
        notes=tuple(notes),
        left_out=manifest.left_out,
        show=lambda: show(metrics, queries, best, manifest, filters),
    )


def notes_on_words(queries: Sequence[Query], embedder: Embedder) -> list[str]:
    """Return a note if the text encoder knows no word of some queries: their results mean nothing."""
    if not isinstance(embedder, Cached):
        return []
    texts = list(dict.fromkeys(query.text for query in queries if query.text is not None))
    unknown = embedder.texts_without_known_words(texts)
    if not unknown:
        return []
    listed = ", ".join(shortened([repr(text) for text in unknown], MAX_NAMED))
    note = (
        f"the text encoder knows no word of {listed}, only fragments: the cosines and results mean nothing; use other "
    )
    return [note + "words, or an embedder that knows these"]


def embed_queries(queries: Sequence[Query], embedder: Embedder) -> NDArray[np.float32]:
    """Return the (q, d) vectors of the queries, in their order."""
    vectors = np.empty((len(queries), embedder.dimension), dtype=np.float32)
    texts = {row: query.text for row, query in enumerate(queries) if query.text is not None}
    photos = {row: query.photo for row, query in enumerate(queries) if query.photo is not None}
    if texts:
        vectors[list(texts)] = embedder.embed_texts(list(texts.values()))
    if photos:
        vectors[list(photos)] = embedder.embed_images(list(photos.values()))
    return vectors


def without_query_photos(ranking: Ranking, queries: Sequence[Query], depth: int) -> Ranking:
    """Remove each query photo from its own results.

    Args:
        ranking: Ranking of depth + 1 photos per query.
        queries: The queries.
        depth: Number of photos per query in the result.
    """
    rows, scores = ranking.rows.copy(), ranking.scores.copy()
    for number, query in enumerate(queries):
        if query.itself is None:
            continue
        position = np.flatnonzero(rows[number] == query.itself)
        if len(position):
            rows[number] = np.append(np.delete(rows[number], position), -1)
            scores[number] = np.append(np.delete(scores[number], position), np.nan)
    return Ranking(rows[:, :depth], scores[:, :depth])


def per_query(
    queries: Sequence[Query], ranking: Ranking, allowed: NDArray[np.bool_], top_k: int, notes: list[str]
) -> PerItemMetrics | None:
    """Return the retrieval metrics of each query whose relevant photos are known; None if there is no such query.

    Args:
        queries: The q queries.
        ranking: Their rankings.
        allowed: (n,) which photos were searched; other relevant photos are ignored.
        top_k: Cutoff of the metrics.
        notes: Notes of the run; appended to.
    """
    known = [(row, query.relevant) for row, query in enumerate(queries) if query.relevant is not None]
    if not known:
        return None
    relevant = [photos[allowed[photos]] for _, photos in known]
    total = counted(len(queries), "query", "queries")
    without_answer = sum(not len(photos) for photos in relevant)
    if without_answer:
        notes.append(f"{without_answer} of {total} have no relevant photo among those searched: not measured")
    if len(known) < len(queries):
        notes.append(f"{len(queries) - len(known)} of {total} have no known relevant photos: not measured")
    rows = [row for row, _ in known]
    ids = [queries[row].id for row in rows]
    return retrieval_items(ids, ranking.rows[rows], ranking.scores[rows], relevant, top_k)
