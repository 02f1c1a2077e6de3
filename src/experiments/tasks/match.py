"""Task `match`: photos of the same object, found, fused, measured and put into groups."""

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
    cross_fitted,
    evidence,
    fit,
    groups,
    likeness,
    unordered,
)
from components.metrics import Estimate, ScoredPairs, item_metrics, pair_metrics, retrieval_items
from components.results import PerItemMetrics
from experiments.models import save_matcher
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.match_output import Matched, draw, show, write_groups, write_tables

RANKED_FIRST = 1
"""Candidates of a photo that `precision_at_1` looks at."""


NAMED_BY = ("embedder", "matching")
"""Configuration groups whose options name a run of this task."""


def match(*, data: Manifest, embedder: Embedder, matching: Matching, seed: int, run: Run) -> Outcome:
    """Find the pairs of photos that show the same object.

    Every pair is scored by a model that saw no pair of either of its objects; the matcher that is kept, for
    `experiments.models.saved_matcher`, is learned on all of them.

    Args:
        data: The photos; `object_id` is equal for photos of the same object.
        embedder: Photos to vectors, for the candidates and for the cosine.
        matching: What is looked at and measured.
        seed: Of the deal of objects to folds, of drawn candidates and of the intervals.
        run: Where to write.

    Returns:
        Metrics of the pairs and of each photo's ranking; pairs.csv, items.parquet, matcher.json and figures
        lie in the folder; groups.csv and groups.html too, where candidates are mined.

    Raises:
        DataError: No object has two photos, or too few have.
    """
    known = data.object_id != ""
    photos = hashed(data.take(known))
    every = true_pairs(photos)
    if not len(every):
        raise DataError(
            f"No object of {data.origin or data.root} has two photos: task=match learns from the column object_id, "
            "equal for photos of the same object"
        )
    vectors = embedder.embed_images(photos.files)
    pairs = matching.candidates(photos, vectors, coordinates=matching.coordinates, seed=seed)
    measured = evidence(
        matching.use, photos, photos, pairs, embedder=embedder, local=matching.local, vectors=(vectors, vectors)
    )
    objects = photos.object_id[pairs.left], photos.object_id[pairs.right]
    same = objects[0] == objects[1]
    probability, decided = cross_fitted(matching.use, measured, same, objects, folds=matching.folds, seed=seed)
    score = ranking_score(matching, measured, probability)
    fusion = fit(matching.use, measured, same)
    save_matcher(run.folder, Matcher(matching, embedder, fusion))

    items = per_query(photos, pairs, score, measured)
    write_items(run.folder, [items])
    scored = with_missed(photos, pairs, score, decided, every)
    of_pairs = pair_metrics(scored, precision=matching.precision, seed=seed)
    metrics = item_estimates(items, seed) | of_pairs
    number = groups(pairs, decided, len(photos))
    result = Matched(photos, pairs, measured, same, probability, score, decided, number)
    write_tables(run.folder, result)
    if not pairs.directed:  # a few drawn candidates hold no groups together
        write_groups(run.folder, result, run.subtitle)
    draw(run.figures, result, matching, run.subtitle, missed=len(scored.score) - len(pairs))
    return Outcome(
        metrics=metrics,
        protocol=f"{len(photos)} photos · {len(pairs):,} pairs · {int(same.sum())} of one object · "
        f"{matching.folds} groups of objects held out in turn",
        notes=notes(data, photos, measured),
        left_out=data.left_out,
        show=partial(show, result, metrics, fusion),
    )


def true_pairs(photos: Manifest) -> Pairs:
    """All pairs of photos of one object."""
    order = np.argsort(photos.object_id.astype(str), kind="stable")
    names = photos.object_id[order]
    one, other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, len(photos)):
        same = np.flatnonzero(names[step:] == names[:-step])
        if not len(same):
            break
        one.append(order[same])
        other.append(order[same + step])
    return unordered(np.concatenate(one), np.concatenate(other), len(photos))


def ranking_score(matching: Matching, measured: Evidence, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) what pairs are ranked by: a single score as it is, several by their cross-fitted probability.

    The probability of a single score rises with it, and differs between folds only by what each was fitted on.
    """
    return likeness(matching.use[0], measured) if len(matching.use) == 1 else probability


def per_query(photos: Manifest, pairs: Pairs, score: NDArray[np.float64], measured: Evidence) -> PerItemMetrics:
    """The metrics of each photo whose object has another one, map first; what was not looked at counts as not found."""
    asking, asked, number = pairs.both_ways()
    order = np.lexsort((asked, -score[number], asking))
    asking, asked, number = asking[order], asked[order], number[order]
    names, counts = np.unique(photos.object_id.astype(str), return_counts=True)
    several = np.isin(photos.object_id.astype(str), names[counts > 1])
    queries = np.unique(asking) if pairs.directed else np.flatnonzero(several)
    starts, stops = (np.searchsorted(asking, queries, side) for side in ("left", "right"))
    depth = max(1, int((stops - starts).max(initial=0)))
    rows = np.full((len(queries), depth), -1, dtype=np.int64)
    scores = np.full((len(queries), depth), np.nan)
    relevant = []
    for place, (query, start, stop) in enumerate(zip(queries, starts, stops, strict=True)):
        rows[place, : stop - start], scores[place, : stop - start] = asked[start:stop], score[number[start:stop]]
        right = photos.object_id == photos.object_id[query]
        right[query] = False
        answers = np.flatnonzero(right)
        relevant.append(answers[np.isin(answers, asked[start:stop])] if pairs.directed else answers)
    ids = photos.path[queries].tolist()
    found = retrieval_items(ids, rows, scores, relevant, RANKED_FIRST).metrics
    metrics = {name: found[name] for name in ("map", "mrr")} | {"precision_at_1": found["precision_at_1"]}
    if pairs.directed and "cosine" in measured:
        same = photos.object_id[asking] == photos.object_id[asked]
        cosine = measured["cosine"][number]
        for name, kind in (("cosine_same", same), ("cosine_others", ~same)):
            sums = np.bincount(asking[kind], cosine[kind], minlength=len(photos))
            metrics[name] = (sums / np.maximum(np.bincount(asking[kind], minlength=len(photos)), 1))[queries]
    return PerItemMetrics(np.array(ids, dtype=object), metrics, photos.object_id[queries])


def item_estimates(items: PerItemMetrics, seed: int) -> dict[str, Estimate]:
    """The means over the photos that ask, with intervals from resamples of their objects."""
    return item_metrics([items], seed=seed)


def with_missed(
    photos: Manifest, pairs: Pairs, score: NDArray[np.float64], decided: NDArray[np.bool_], every: Pairs
) -> ScoredPairs:
    """The pairs for measuring: where candidates were mined, those of one object that were not found count as missed."""
    left, right = pairs.left, pairs.right
    if not pairs.directed:
        n = len(photos)
        missed = ~np.isin(every.left * n + every.right, left * n + right)
        left, right = np.concatenate([left, every.left[missed]]), np.concatenate([right, every.right[missed]])
        score = np.concatenate([score, np.full(int(missed.sum()), -np.inf)])
        decided = np.concatenate([decided, np.zeros(int(missed.sum()), dtype=bool)])
    one, other = photos.object_id[left], photos.object_id[right]
    return ScoredPairs(score, decided, one == other, one, other)


def notes(data: Manifest, photos: Manifest, measured: Evidence) -> tuple[str, ...]:
    """What a reader of the figures must know."""
    said = []
    if len(photos) < len(data):
        said.append(f"{len(data) - len(photos)} of {len(data)} photos have no object_id: left out")
    lacking = int(np.isnan(measured["metres"]).sum()) if "metres" in measured else 0
    if lacking:
        said.append(f"{lacking} of {len(measured['metres'])} pairs lack coordinates: judged by the other scores")
    return tuple(said)
