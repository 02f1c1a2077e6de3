"""The check of a review for duplicates: whether the proposal already exists as a point."""

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.embedders import Embedder
from components.location import great_circle_metres, nearest_points
from components.matching import Matcher, Pairs
from components.messages import Message
from experiments.tasks.review.finding import MIN_PROBABILITY, Finding, log_odds

NEAR_METRES = 60.0
"""Existing points within this distance are compared: the errors of two positions plus the size of an object."""

MAX_NEAREST = 50
"""Largest number of photos of existing points that a proposal is compared with."""


def check_duplicate(
    proposals: Manifest, existing: Manifest, features: Embedder, matcher: Matcher | None = None
) -> Finding:
    """Compare the photo with those of existing points near the claimed coordinates.

    The suspicion is the highest cosine or, with a matcher, the log odds of the highest probability of the same object;
    NaN if there are no coordinates or no points nearby.

    Args:
        proposals: The n proposals, with coordinates.
        existing: Photos of existing points, with coordinates; those within `NEAR_METRES` are compared.
        features: Embedder of photos.
        matcher: Matcher of a run of task=match.
    """
    n = len(proposals)
    suspicion, metres = np.full(n, np.nan), np.full(n, np.nan)
    paths, titles = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    has_claim = np.isfinite(proposals.latitude) & np.isfinite(proposals.longitude)
    messages = [[Message("nothing_near" if claim else "no_claim_to_be_near")] for claim in has_claim]
    nearby = nearby_rows(proposals, existing)
    compared = [row for row in range(n) if nearby[row]]
    if compared:
        rows_needed = sorted({row for rows in nearby for row in rows})
        files = existing.files
        vectors = features.embed_images([files[row] for row in rows_needed])
        vector_of = dict(zip(rows_needed, vectors, strict=True))
        own_vectors = features.embed_images([proposals.files[row] for row in compared])
        for own_vector, row in zip(own_vectors, compared, strict=True):
            candidates = nearby[row]
            if matcher:
                pairs = Pairs(np.full(len(candidates), row), np.array(candidates))
                similarity, message = _by_matcher(matcher, proposals, existing, pairs)
            else:
                similarity = np.array([float(own_vector @ vector_of[candidate]) for candidate in candidates])
                message = Message("cosine", {"cosine": float(similarity.max())})
            best = candidates[int(similarity.argmax())]
            suspicion[row], paths[row] = similarity.max(), existing.path[best]
            metres[row] = _metres_between(proposals, row, existing, best)
            titles[row] = existing.title[best] or existing.object_id[best] or existing.path[best]
            values = {
                "within": NEAR_METRES,
                "name": titles[row],
                "metres": float(metres[row]),
                "likeness": message,
                "count": len(candidates),
            }
            messages[row] = [Message("one_near" if len(candidates) == 1 else "several_near", values)]
    columns = {
        "likeliest_duplicate": paths,
        "likeliest_duplicate_title": titles,
        "likeliest_duplicate_metres": metres,
    }
    return Finding("duplicate", suspicion, messages, columns)


def nearby_rows(proposals: Manifest, existing: Manifest) -> list[list[int]]:
    """Return, for each proposal, the rows of existing photos within `NEAR_METRES`, nearest first."""
    points = existing.latitude, existing.longitude
    k = min(MAX_NEAREST, max(1, len(existing)))
    rows, metres = nearest_points(proposals.latitude, proposals.longitude, points, k=k)
    return [
        [int(point) for point, distance in zip(rows[row], metres[row], strict=True) if distance <= NEAR_METRES]
        for row in range(len(proposals))
    ]


def _by_matcher(
    matcher: Matcher, proposals: Manifest, existing: Manifest, pairs: Pairs
) -> tuple[NDArray[np.float64], Message]:
    probability = np.clip(matcher.probability(proposals, existing, pairs), MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    return log_odds(probability), Message("same_object", {"probability": float(probability.max())})


def _metres_between(proposals: Manifest, row: int, existing: Manifest, point: int) -> float:
    return float(
        great_circle_metres(
            proposals.latitude[row], proposals.longitude[row], existing.latitude[point], existing.longitude[point]
        )
    )
