"""Task `match`: find the pairs and groups of photos that show the same object, and measure how well they are found."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, hashed
from components.embedders import Embedder
from components.errors import DataError
from components.matching import (
    Evidence,
    Matcher,
    Matching,
    Pairs,
    cross_fit,
    evidence,
    fit_fusion,
    object_groups,
    similarity,
    unordered,
)
from components.metrics import ScoredPairs, item_metrics, pair_metrics, retrieval_items
from components.results import PerItemMetrics
from components.wording import counted
from experiments.models import save_matcher
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.match_groups import write_groups
from experiments.tasks.match_output import draw, show, write_tables
from experiments.tasks.match_result import MatchResult

NAMED_BY = ("embedder", "matching")
"""Configuration groups whose options name a run of this task."""


def match(*, data: Manifest, embedder: Embedder, matching: Matching, seed: int, run: Run) -> Outcome:
    """Find the pairs of photos that show the same object.

    The probability of every pair is cross-fitted: it comes from a model that was fitted without any pair of either
    of its objects. The matcher that is saved for other tasks is fitted on all pairs.

    Args:
        data: The photos; `object_id` is equal for photos of the same object.
        embedder: Maps photos to vectors, for the candidates and for the cosine.
        matching: Candidate pairs, scores and their fusion.
        seed: Seed of the folds of objects, of drawn candidates and of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        Metrics of the pairs and of each photo's ranking. The folder of the run contains pairs.csv, items.parquet,
        matcher.json and figures, and, if candidates are mined, groups.csv and groups.html.

    Raises:
        DataError: No object has two photos, or too few objects have.
    """
    photos = hashed(data.take(data.object_id != ""))
    all_true = true_pairs(photos)
    if not len(all_true):
        raise DataError(
            f"No object of {data.origin or data.root} has two photos: task=match needs the column object_id, with "
            "equal values for photos of the same object"
        )
    vectors = embedder.embed_images(photos.files)
    pairs = matching.candidates(photos, vectors, coordinates=matching.coordinates, seed=seed)
    scores = evidence(
        matching.use, photos, photos, pairs, embedder=embedder, local=matching.local, vectors=(vectors, vectors)
    )
    objects = photos.object_id[pairs.left], photos.object_id[pairs.right]
    same = objects[0] == objects[1]
    probability, decided = cross_fit(matching.use, scores, same, objects, folds=matching.folds, seed=seed)
    ranking_score = score_for_ranking(matching, scores, probability)
    fusion = fit_fusion(matching.use, scores, same)
    save_matcher(run.folder, Matcher(matching, embedder, fusion))

    items = per_photo(photos, pairs, ranking_score, scores)
    write_items(run.folder, [items])
    scored = with_missed_pairs(photos, pairs, ranking_score, decided, all_true)
    metrics = item_metrics([items], seed=seed) | pair_metrics(scored, precision=matching.precision, seed=seed)
    result = MatchResult(
        photos=photos,
        pairs=pairs,
        scores=scores,
        same=same,
        probability=probability,
        ranking_score=ranking_score,
        decided=decided,
        group=object_groups(pairs, decided, len(photos)),
    )
    write_tables(run.folder, result)
    undrawn: list[str] = []
    if not pairs.directed:  # drawn candidates are too few pairs to form groups
        undrawn += write_groups(run.folder, result, run.subtitle)
    undrawn += draw(run.figures, result, matching, run.subtitle, n_missed=len(scored.score) - len(pairs))
    return Outcome(
        metrics=metrics,
        protocol=f"{counted(len(photos), 'photo')} · {counted(len(pairs), 'pair')} · {int(same.sum())} of the same "
        f"object · {matching.folds}-fold cross-fitting by object",
        notes=(*notes_of(data, photos, scores), *undrawn),
        left_out=data.left_out,
        show=partial(show, result, metrics, fusion),
    )


def true_pairs(photos: Manifest) -> Pairs:
    """Return all pairs of photos of the same object."""
    order = np.argsort(photos.object_id.astype(str), kind="stable")
    names = photos.object_id[order]
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for offset in range(1, len(photos)):
        same = np.flatnonzero(names[offset:] == names[:-offset])
        if not len(same):
            break
        left.append(order[same])
        right.append(order[same + offset])
    return unordered(np.concatenate(left), np.concatenate(right), len(photos))


def score_for_ranking(matching: Matching, scores: Evidence, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (m,) score by which pairs are ranked: a single score itself, several by their probability.

    The probability of a single score is a monotone function of it that differs between folds.
    """
    return similarity(matching.use[0], scores) if len(matching.use) == 1 else probability


def per_photo(photos: Manifest, pairs: Pairs, ranking_score: NDArray[np.float64], scores: Evidence) -> PerItemMetrics:
    """Return the retrieval metrics of each photo whose object has another photo, with `map` first.

    Photos of one object are one group. True pairs that are not candidates count as not found; with drawn candidates
    only the drawn pairs count.

    Args:
        photos: The n photos.
        pairs: m candidate pairs.
        ranking_score: (m,) score by which pairs are ranked.
        scores: (m,) scores by name; with drawn candidates and `cosine` among them, cosine_same and cosine_others are
            added: the mean cosine of a photo with candidates of the same object and of other objects.
    """
    query, candidate, pair = pairs.both_ways()
    order = np.lexsort((candidate, -ranking_score[pair], query))
    query, candidate, pair = query[order], candidate[order], pair[order]
    names, counts = np.unique(photos.object_id.astype(str), return_counts=True)
    has_others = np.isin(photos.object_id.astype(str), names[counts > 1])
    queries = np.unique(query) if pairs.directed else np.flatnonzero(has_others)
    starts, stops = (np.searchsorted(query, queries, side) for side in ("left", "right"))
    depth = max(1, int((stops - starts).max(initial=0)))
    rows = np.full((len(queries), depth), -1, dtype=np.int64)
    ranked_scores = np.full((len(queries), depth), np.nan)
    relevant = []
    for number, (row, start, stop) in enumerate(zip(queries, starts, stops, strict=True)):
        rows[number, : stop - start] = candidate[start:stop]
        ranked_scores[number, : stop - start] = ranking_score[pair[start:stop]]
        same_object = photos.object_id == photos.object_id[row]
        same_object[row] = False
        matches = np.flatnonzero(same_object)
        relevant.append(matches[np.isin(matches, candidate[start:stop])] if pairs.directed else matches)
    ids = photos.path[queries].tolist()
    of_ranking = retrieval_items(ids, rows, ranked_scores, relevant, 1).metrics
    metrics = {name: of_ranking[name] for name in ("map", "mrr", "precision_at_1")}
    if pairs.directed and "cosine" in scores:
        same = photos.object_id[query] == photos.object_id[candidate]
        cosine = scores["cosine"][pair]
        for name, mask in (("cosine_same", same), ("cosine_others", ~same)):
            sums = np.bincount(query[mask], cosine[mask], minlength=len(photos))
            metrics[name] = (sums / np.maximum(np.bincount(query[mask], minlength=len(photos)), 1))[queries]
    return PerItemMetrics(np.array(ids, dtype=object), metrics, photos.object_id[queries])


def with_missed_pairs(
    photos: Manifest,
    pairs: Pairs,
    ranking_score: NDArray[np.float64],
    decided: NDArray[np.bool_],
    all_true: Pairs,
) -> ScoredPairs:
    """Return the pairs to measure; if candidates were mined, true pairs that were not found are added as missed.

    Args:
        photos: The photos.
        pairs: m candidate pairs.
        ranking_score: (m,) score by which pairs are ranked.
        decided: (m,) whether a pair is taken to show the same object.
        all_true: All pairs of photos of the same object.
    """
    left, right, score = pairs.left, pairs.right, ranking_score
    if not pairs.directed:
        n = len(photos)
        missed = ~np.isin(all_true.left * n + all_true.right, left * n + right)
        left = np.concatenate([left, all_true.left[missed]])
        right = np.concatenate([right, all_true.right[missed]])
        score = np.concatenate([score, np.full(int(missed.sum()), -np.inf)])
        decided = np.concatenate([decided, np.zeros(int(missed.sum()), dtype=bool)])
    left_object, right_object = photos.object_id[left], photos.object_id[right]
    return ScoredPairs(score, decided, left_object == right_object, left_object, right_object)


def notes_of(data: Manifest, photos: Manifest, scores: Evidence) -> tuple[str, ...]:
    """Return the notes of a run: photos without an object, pairs without coordinates."""
    notes = []
    if len(photos) < len(data):
        notes.append(f"{len(data) - len(photos)} of {counted(len(data), 'photo')} have no object_id: left out")
    without = int(np.isnan(scores["metres"]).sum()) if "metres" in scores else 0
    if without:
        notes.append(
            f"{without:,} of {counted(len(scores['metres']), 'pair')} have no coordinates: only the other scores are "
            "used for them"
        )
    return tuple(notes)
