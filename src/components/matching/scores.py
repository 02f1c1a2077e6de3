"""What speaks for two photos showing the same object: one or several numbers a pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, looks_of
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import great_circle_metres
from components.matching.local_features import LocalFeatures
from components.matching.pairs import Pairs, Rows

Floats = NDArray[np.float64]
Evidence = dict[str, Floats]
"""(m,) each: cosine, differing_bits (of 64), inliers, inlier_share, metres (NaN without both coordinates)."""

SCORES = ("cosine", "phash", "local", "metres")
"""Embedding, perceptual hash, local features with geometry, coordinates."""


def check_scores(use: Sequence[str]) -> None:
    """Raise ConfigError unless `use` names some of `SCORES`, each once."""
    unknown = [one for one in use if one not in SCORES]
    if unknown or not use or len(set(use)) < len(use):
        raise ConfigError(f"matching.use={list(use)}: expected some of {', '.join(SCORES)}, each once")


def evidence(
    use: Sequence[str],
    left: Manifest,
    right: Manifest,
    pairs: Pairs,
    *,
    embedder: Embedder,
    local: LocalFeatures,
) -> Evidence:
    """Measure the pairs.

    Args:
        use: Names of scores.
        left: Photos that `pairs.left` counts.
        right: Photos that `pairs.right` counts.
        pairs: m pairs.
        embedder: For the cosine.
        local: For local features.
    """
    found: Evidence = {}
    here, there = left.files, right.files
    if "cosine" in use:
        found["cosine"] = _cosine(left, right, pairs, embedder)
    if "phash" in use:
        a, b = _once(pairs.left), _once(pairs.right)
        hashes = [looks_of([files[row] for row in rows]).phash for files, (rows, _) in ((here, a), (there, b))]
        bits = np.bitwise_count(hashes[0][a[1]] ^ hashes[1][b[1]])
        found["differing_bits"] = bits.astype(np.float64)
    if "local" in use:
        inliers, share = local.verify(here, there, pairs)
        found["inliers"], found["inlier_share"] = inliers.astype(np.float64), share.astype(np.float64)
    if "metres" in use:
        found["metres"] = great_circle_metres(
            left.latitude[pairs.left], left.longitude[pairs.left], right.latitude[pairs.right],
            right.longitude[pairs.right],
        )  # fmt: skip
    return found


def likeness(score: str, measured: Evidence) -> Floats:
    """(m,) one score as a number that rises with the likeness; the lowest where it is unknown."""
    if score == "local":
        return measured["inliers"] + measured["inlier_share"]  # the share, never above 1, orders equal counts
    column = {"cosine": "cosine", "phash": "differing_bits", "metres": "metres"}[score]
    rising = measured[column] if score == "cosine" else -measured[column]
    return np.where(np.isnan(rising), -np.inf, rising)


def columns(use: Sequence[str], measured: Evidence) -> Floats:
    """(m, f) what the fusion is given: counts and metres as logarithms, in which likelihoods are nearer to straight."""
    made: list[Floats] = []
    for score in use:
        if score == "cosine":
            made.append(measured["cosine"])
        elif score == "phash":
            made.append(measured["differing_bits"] / 64)
        elif score == "local":
            made += [np.log1p(measured["inliers"]), measured["inlier_share"]]
        else:
            made.append(np.log1p(measured["metres"]))
    return np.column_stack(made)


def _cosine(left: Manifest, right: Manifest, pairs: Pairs, embedder: Embedder) -> Floats:
    a, b = _once(pairs.left), _once(pairs.right)
    one = embedder.embed_images([left.files[row] for row in a[0]])
    other = embedder.embed_images([right.files[row] for row in b[0]])
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), 8192):
        rows = slice(start, start + 8192)
        found[rows] = np.einsum("ij,ij->i", one[a[1][rows]], other[b[1][rows]], dtype=np.float64)
    return found.clip(-1, 1)


def _once(rows: Rows) -> tuple[Rows, Rows]:
    """The rows there are, each once, and where each of (m,) `rows` is among them."""
    found, place = np.unique(rows, return_inverse=True)
    return found, place
