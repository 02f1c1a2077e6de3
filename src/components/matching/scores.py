"""Scores of pairs of photos that indicate whether they show the same object."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, image_hashes
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import great_circle_metres
from components.matching.geometry import Verifier
from components.matching.pairs import Pairs, Rows
from components.search import ExactIndex

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]
Evidence = dict[str, Floats]
"""Maps names to (m,) values: cosine, csls, differing_bits (of 64), inliers, inlier_share, metres (NaN if a photo has no
coordinates)."""

SCORES = ("cosine", "csls", "phash", "local", "metres")
"""Cosine of the embeddings; cosine corrected for dense regions (CSLS); perceptual hash; geometrically verified local
features; distance of the coordinates."""

BLOCK = 8192
"""Number of pairs whose cosines are computed at once."""

CSLS_NEIGHBOURS = 10
"""Number of nearest neighbours of a photo whose mean cosine CSLS subtracts, as in Conneau et al. 2018."""


def check_scores(use: Sequence[str]) -> None:
    """Raise ConfigError unless `use` contains one or more of `SCORES`, each at most once."""
    unknown = [score for score in use if score not in SCORES]
    if unknown or not use or len(set(use)) < len(use):
        raise ConfigError(f"matching.use={list(use)}: expected one or more of {', '.join(SCORES)}, each once")


def evidence(
    use: Sequence[str],
    left: Manifest,
    right: Manifest,
    pairs: Pairs,
    *,
    embedder: Embedder,
    local: Verifier,
    vectors: tuple[Vectors, Vectors] | None = None,
) -> Evidence:
    """Compute the scores of m pairs.

    CSLS is twice the cosine minus the mean cosine of each of the two photos with its ten nearest neighbours among the
    right photos. In a dense region, such as photos of similar boards, a high cosine is weak evidence. CSLS therefore
    depends on all right photos, not only on the pair.

    Args:
        use: Names of scores, some of `SCORES`.
        left: Photos that `pairs.left` refers to.
        right: Photos that `pairs.right` refers to; the same object if they are the same photos.
        pairs: The m pairs.
        embedder: Computes embeddings for the cosine and CSLS.
        local: Local features and their geometric verification.
        vectors: Embeddings of all left and of all right photos; None: computed if needed.
    """
    measured: Evidence = {}
    left_files, right_files = left.files, right.files
    if "cosine" in use or "csls" in use:
        left_vectors, right_vectors = vectors or _vectors(left, right, embedder)
        cosine = _cosine(left_vectors, right_vectors, pairs)
        measured |= {"cosine": cosine} if "cosine" in use else {}
        if "csls" in use:
            left_mean, right_mean = _mean_neighbour_cosines(left_vectors, right_vectors, pairs, one_set=left is right)
            measured["csls"] = 2 * cosine - left_mean - right_mean
    if "phash" in use:
        left_hashes, right_hashes = _hashes(left_files, pairs.left), _hashes(right_files, pairs.right)
        bits = np.bitwise_count(left_hashes ^ right_hashes)
        measured["differing_bits"] = bits.astype(np.float64)
    if "local" in use:
        inliers, share = local.verify(left_files, right_files, pairs)
        measured["inliers"], measured["inlier_share"] = inliers.astype(np.float64), share.astype(np.float64)
    if "metres" in use:
        measured["metres"] = great_circle_metres(
            left.latitude[pairs.left], left.longitude[pairs.left], right.latitude[pairs.right],
            right.longitude[pairs.right],
        )  # fmt: skip
    return measured


def similarity(score: str, measured: Evidence) -> Floats:
    """Return a score as (m,) numbers that increase with similarity; -inf where the score is missing.

    Args:
        score: One of `SCORES`.
        measured: Scores of m pairs.
    """
    if score == "local":
        return measured["inliers"] + measured["inlier_share"]  # the share, at most 1, breaks ties of the count
    distances = {"phash": "differing_bits", "metres": "metres"}
    values = -measured[distances[score]] if score in distances else measured[score]
    return np.where(np.isnan(values), -np.inf, values)


def columns(use: Sequence[str], measured: Evidence) -> Floats:
    """Return the (m, f) input of the fusion: counts and metres as logarithms, NaN where a score is missing.

    Args:
        use: Names of scores; `local` has three columns, the others have one.
        measured: Scores of m pairs.
    """
    features: list[Floats] = []
    for score in use:
        if score in ("cosine", "csls"):
            features.append(measured[score])
        elif score == "phash":
            features.append(measured["differing_bits"] / 64)
        elif score == "local":
            logarithm = np.log1p(measured["inliers"])
            features += [logarithm, logarithm**2, measured["inlier_share"]]
        else:
            features.append(np.log1p(measured["metres"]))
    return np.column_stack(features)


def _vectors(left: Manifest, right: Manifest, embedder: Embedder) -> tuple[Vectors, Vectors]:
    """Return the embeddings of the left and of the right photos."""
    right_vectors = embedder.embed_images(right.files)
    return right_vectors if left is right else embedder.embed_images(left.files), right_vectors


def _hashes(files: Sequence[Path], rows: Rows) -> NDArray[np.uint64]:
    """Return the (m,) perceptual hashes of the photos in `rows`, each computed once."""
    unique, index = np.unique(rows, return_inverse=True)
    hashes: NDArray[np.uint64] = image_hashes([files[row] for row in unique]).phash[index]
    return hashes


def _cosine(left_vectors: Vectors, right_vectors: Vectors, pairs: Pairs) -> Floats:
    """Return the (m,) cosines of the pairs, computed in blocks."""
    cosines = np.empty(len(pairs))
    for start in range(0, len(pairs), BLOCK):
        rows = slice(start, start + BLOCK)
        left, right = left_vectors[pairs.left[rows]], right_vectors[pairs.right[rows]]
        cosines[rows] = np.einsum("ij,ij->i", left, right, dtype=np.float64)
    return cosines.clip(-1, 1)


def _mean_neighbour_cosines(
    left_vectors: Vectors, right_vectors: Vectors, pairs: Pairs, *, one_set: bool
) -> tuple[Floats, Floats]:
    """Return the mean cosine of each photo of the pairs with its nearest neighbours among the right photos.

    Args:
        left_vectors: (n, d) embeddings of the left photos.
        right_vectors: (k, d) embeddings of the right photos.
        pairs: m pairs.
        one_set: Whether left and right photos are the same; a photo is not its own neighbour.

    Returns:
        (m,) mean cosines of the left photos, and (m,) mean cosines of the right photos.
    """
    index, others = ExactIndex(right_vectors), min(CSLS_NEIGHBOURS, len(right_vectors) - 1)
    sides = []
    for vectors, rows, contains_itself in ((left_vectors, pairs.left, one_set), (right_vectors, pairs.right, True)):
        unique, inverse = np.unique(rows, return_inverse=True)
        depth = others if contains_itself else min(CSLS_NEIGHBOURS, len(right_vectors))
        found = index.search(vectors[unique], depth + contains_itself)
        scores = found.scores[:, int(contains_itself) :]  # without the photo itself, which comes first
        sides.append((scores.mean(axis=1, dtype=np.float64) if depth else np.zeros(len(unique)))[inverse])
    return sides[0], sides[1]
