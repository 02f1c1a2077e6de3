"""Retrieval metrics per query, and the agreement of an approximate search with the exact one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics import Floats
from components.results import PerItemMetrics

PADDING = -1
"""Row number that fills up rankings shorter than the array."""


def retrieval_items(
    ids: Sequence[str],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    relevant: Sequence[NDArray[np.int64]],
    k: int,
) -> PerItemMetrics:
    """Compute retrieval metrics of each query, with binary relevance.

    Among photos with equal scores, relevant ones are ranked last, so that ties never improve a metric. Relevant photos
    that the ranking does not contain count as not found. A query without relevant photos has NaN in all metrics.

    Args:
        ids: Names of the q queries.
        rows: (q, depth) rows of the ranked photos, best first, filled up with `PADDING`.
        scores: (q, depth) their scores.
        relevant: For each query the rows of the relevant photos.
        k: Cutoff rank.

    Returns:
        Per query: ndcg_at_K (Järvelin & Kekäläinen 2002; gain 1 per relevant photo, discount log2), precision_at_K
        (relevant photos among the first K, divided by K), recall_at_1, recall_at_K, mrr (reciprocal rank of the first
        relevant photo) and map (average precision over the whole ranking, divided by the number of relevant photos).
    """
    names = (f"ndcg_at_{k}", f"precision_at_{k}", "recall_at_1", f"recall_at_{k}", "mrr", "map")
    measured = [
        _query_metrics(ranked, ranked_scores, answers, k)
        for ranked, ranked_scores, answers in zip(rows, scores, relevant, strict=True)
    ]
    columns = np.array(measured, dtype=np.float64).reshape(len(measured), len(names)).T
    return PerItemMetrics(np.array(list(ids), dtype=object), dict(zip(names, columns, strict=True)))


def _query_metrics(
    rows: NDArray[np.int64], scores: NDArray[np.float32], relevant: NDArray[np.int64], k: int
) -> tuple[float, float, float, float, float, float]:
    total = len(relevant)
    if not total:
        return (np.nan,) * 6
    rows, scores = rows[rows != PADDING], scores[rows != PADDING]
    hits = np.isin(rows, relevant)
    ranks = np.flatnonzero(hits[np.lexsort((hits, -scores))]) + 1
    top = ranks[ranks <= k]
    ideal = (1 / np.log2(np.arange(2, min(total, k) + 2))).sum()
    return (
        float((1 / np.log2(top + 1)).sum() / ideal),
        len(top) / k,
        int((ranks == 1).sum()) / total,
        len(top) / total,
        1 / int(ranks[0]) if len(ranks) else 0.0,
        float((np.arange(1, len(ranks) + 1) / ranks).sum() / total),
    )


def agreement(found: NDArray[np.int64], exact: NDArray[np.int64]) -> Floats:
    """Return for each query the proportion of the exact nearest neighbours that an approximate search found.

    Args:
        found: (q, k) rows found by the approximate search, filled up with `PADDING`.
        exact: (q, k) rows of the exact nearest neighbours, filled up with `PADDING`.

    Returns:
        (q,) proportions; NaN for a query without neighbours.
    """
    proportions = []
    for found_rows, exact_rows in zip(found.tolist(), exact.tolist(), strict=True):
        nearest = set(exact_rows) - {PADDING}
        proportions.append(len(nearest & set(found_rows)) / len(nearest) if nearest else np.nan)
    return np.array(proportions, dtype=np.float64)
