"""How good rankings are, query by query, and how far an approximate search agrees with the exact one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.weighted import Floats
from components.results import PerItemMetrics

NOTHING = -1
"""The row where a ranking has come to its end."""


def retrieval_items(
    ids: Sequence[str],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    relevant: Sequence[NDArray[np.int64]],
    k: int,
) -> PerItemMetrics:
    """Measure each query's ranking against the photos that answer it.

    Relevance is yes or no. A photo that answers rightly stands behind all others of the same score: ties earn nothing.
    What the ranking does not reach counts as not found. A query that no photo answers has no metrics (NaN).

    Args:
        ids: (q,) of the queries.
        rows: (q, depth) ranked rows, best first, `NOTHING` behind the last.
        scores: (q, depth) their scores.
        relevant: For each query the rows that answer it.
        k: How many a person looks at.

    Returns:
        By query: ndcg_at_K (Järvelin & Kekäläinen 2002, gain 1 a right answer, discount log2), precision_at_K (of k,
        however few there are to find), recall_at_1, recall_at_K, mrr (one over the rank of the first right answer) and
        map (average precision over the whole ranking; divided by all right answers).
    """
    names = (f"ndcg_at_{k}", f"precision_at_{k}", "recall_at_1", f"recall_at_{k}", "mrr", "map")
    measured = [_measured(row, score, answers, k) for row, score, answers in zip(rows, scores, relevant, strict=True)]
    columns = np.array(measured, dtype=np.float64).reshape(len(measured), len(names)).T
    return PerItemMetrics(np.array(list(ids), dtype=object), dict(zip(names, columns, strict=True)))


def _measured(
    rows: NDArray[np.int64], scores: NDArray[np.float32], relevant: NDArray[np.int64], k: int
) -> tuple[float, float, float, float, float, float]:
    total = len(relevant)
    if not total:
        return (np.nan,) * 6
    rows, scores = rows[rows != NOTHING], scores[rows != NOTHING]
    right = np.isin(rows, relevant)
    ranks = np.flatnonzero(right[np.lexsort((right, -scores))]) + 1
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
    """(q,) share of the exact best rows (q, k) that are among those found (q, k); NaN where there are none."""
    shares = []
    for one, other in zip(found.tolist(), exact.tolist(), strict=True):
        best = set(other) - {NOTHING}
        shares.append(len(best & set(one)) / len(best) if best else np.nan)
    return np.array(shares, dtype=np.float64)
