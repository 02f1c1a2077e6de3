"""Task `search`: texts and photos in, the best photos out, measured where the right answers are known."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, filter_mask, hashed
from components.embedders import Embedder
from components.errors import ConfigError
from components.metrics import agreement, item_metrics, retrieval_items
from components.results import PerItemMetrics
from components.search import ExactIndex, Ranking, Search
from components.search.queries import Query, QuerySource
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.search_index import new_index, taken_over
from experiments.tasks.search_output import draw, show, write_ranking

DEPTH = 1000
"""How far a ranking is measured, as TREC does; an approximate search is measured as far as it was asked."""


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
        embedder: Photos and texts to vectors of one space.
        search: How the nearest vectors are found.
        query: What is asked, and which photos answer it.
        filters: Which photos are searched, see `components.data.filter_mask`; None: all.
        index: Id of an earlier run of task=search whose index is taken over, with the photos of `data` added that it
            lacks; its other photos are searched too. None: a new one.
        top_k: Photos found for a query.
        seed: Of the bootstrap of the intervals.
        run: Where to write.

    Returns:
        Metrics over the queries whose answers are known; the index, ranking.csv, items.parquet and a grid a query lie
        in the folder.
    """
    if top_k < 1:
        raise ConfigError(f"top_k={top_k}: at least one photo has to be found for a query")
    manifest, filters = hashed(data), filters or {}
    if index:
        store = taken_over(index, run.output, run.folder, manifest, embedder)
        manifest = store.photos
    allowed = filter_mask(manifest, filters)
    if not allowed.any():
        raise ConfigError(f"filters: none of the {len(manifest)} photos passes {dict(filters)}")
    queries = query(manifest)
    if not index:
        store = new_index(run.folder, manifest, embedder)
    vectors = search(store.vectors, store.folder)
    asked = vectors_of(queries, embedder)
    whole = isinstance(vectors, ExactIndex)
    depth = min(max(top_k, DEPTH if whole else top_k), int(allowed.sum()))
    ranking = ranked(vectors.search(asked, depth + 1, allowed), queries, depth)

    notes: list[str] = []
    items = measured(queries, ranking, allowed, top_k, notes)
    if not whole:
        exact = ranked(ExactIndex(store.vectors).search(asked, top_k + 1, allowed), queries, top_k)
        column = {f"agreement_at_{top_k}": agreement(ranking.rows[:, :top_k], exact.rows)}
        ids = items.ids if items else np.array([one.id for one in queries], dtype=object)
        items = PerItemMetrics(ids, {**(items.metrics if items else {}), **column})
        notes.append(f"mrr and map end at the {top_k} photos that the approximate search was asked for")
    metrics = item_metrics([items], seed=seed) if items else {}
    if items:
        write_items(run.folder, [items])
    best = Ranking(ranking.rows[:, :top_k], ranking.scores[:, :top_k])
    write_ranking(run.folder, queries, best, manifest, filters)
    draw(run.figures, queries, best, manifest, filters, run.subtitle)
    searched = f"{int(allowed.sum()):,} photos searched · {len(queries):,} queries · {embedder.dimension} dimensions"
    return Outcome(
        metrics=metrics,
        protocol=searched,
        notes=tuple(notes),
        left_out=manifest.left_out,
        show=lambda: show(metrics, queries, best, manifest, filters),
    )


def vectors_of(queries: Sequence[Query], embedder: Embedder) -> NDArray[np.float32]:
    """(q, d) vectors of the queries, in their order."""
    vectors = np.empty((len(queries), embedder.dimension), dtype=np.float32)
    texts = [(row, one.text) for row, one in enumerate(queries) if one.text is not None]
    photos = [(row, one.photo) for row, one in enumerate(queries) if one.photo is not None]
    if texts:
        vectors[[row for row, _ in texts]] = embedder.embed_texts([text for _, text in texts])
    if photos:
        vectors[[row for row, _ in photos]] = embedder.embed_images([photo for _, photo in photos])
    return vectors


def ranked(found: Ranking, queries: Sequence[Query], depth: int) -> Ranking:
    """The ranking without the photos that asked, `depth` deep; found is one deeper."""
    rows, scores = found.rows.copy(), found.scores.copy()
    for number, one in enumerate(queries):
        if one.itself is None:
            continue
        place = np.flatnonzero(rows[number] == one.itself)
        if len(place):
            rows[number] = np.append(np.delete(rows[number], place), -1)
            scores[number] = np.append(np.delete(scores[number], place), np.nan)
    return Ranking(rows[:, :depth], scores[:, :depth])


def measured(
    queries: Sequence[Query], ranking: Ranking, allowed: NDArray[np.bool_], top_k: int, notes: list[str]
) -> PerItemMetrics | None:
    """The metrics of each query whose answers somebody knows; None where nobody knows any."""
    known = [row for row, one in enumerate(queries) if one.relevant is not None]
    if not known:
        return None
    relevant = []
    for row in known:
        answers = queries[row].relevant
        assert answers is not None
        relevant.append(answers[allowed[answers]])
    empty = sum(1 for answers in relevant if not len(answers))
    if empty:
        notes.append(f"{empty} of the {len(queries)} queries are answered by no photo that was searched: not measured")
    if len(known) < len(queries):
        notes.append(f"{len(queries) - len(known)} of the {len(queries)} queries have no known answers: not measured")
    ids = [queries[row].id for row in known]
    return retrieval_items(ids, ranking.rows[known], ranking.scores[known], relevant, top_k)
