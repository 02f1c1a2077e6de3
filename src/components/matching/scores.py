"""What speaks for two photos showing the same object: one or several numbers a pair."""

from collections.abc import Sequence

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
"""(m,) each: cosine, csls, differing_bits (of 64), inliers, inlier_share, metres (NaN without both coordinates)."""

SCORES = ("cosine", "csls", "phash", "local", "metres")
"""Embedding; embedding, less how crowded it is around either photo; perceptual hash; local features with geometry;
coordinates."""

BLOCK = 8192
"""Pairs whose vectors are multiplied at once."""

CROWD = 10
"""Nearest photos whose mean cosine says how crowded it is around a photo (Conneau et al. 2018, who take 10 too)."""


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
    local: Verifier,
    vectors: tuple[Vectors, Vectors] | None = None,
) -> Evidence:
    """Measure the pairs.

    CSLS is twice the cosine less the mean cosine of each of the two photos with its ten nearest on the right side:
    where all boards look alike, a high cosine of two boards says little. It hangs on what else is there.

    Args:
        use: Names of scores.
        left: Photos that `pairs.left` counts.
        right: Photos that `pairs.right` counts.
        pairs: m pairs.
        embedder: For the cosine.
        local: Local features and their geometry.
        vectors: What the embedder gives of all left and of all right photos, where that is at hand already.
    """
    found: Evidence = {}
    here, there = left.files, right.files
    if "cosine" in use or "csls" in use:
        of_left, of_right = vectors or _vectors(left, right, embedder)
        cosine = _cosine(of_left, of_right, pairs)
        found |= {"cosine": cosine} if "cosine" in use else {}
        if "csls" in use:
            around_left, around_right = _crowding(of_left, of_right, pairs, itself=left is right)
            found["csls"] = 2 * cosine - around_left - around_right
    if "phash" in use:
        a, b = _once(pairs.left), _once(pairs.right)
        hashes = [image_hashes([files[row] for row in rows]).phash for files, (rows, _) in ((here, a), (there, b))]
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
    falling = {"phash": "differing_bits", "metres": "metres"}
    rising = -measured[falling[score]] if score in falling else measured[score]
    return np.where(np.isnan(rising), -np.inf, rising)


def columns(use: Sequence[str], measured: Evidence) -> Floats:
    """(m, f) what the fusion is given: counts and metres as logarithms."""
    made: list[Floats] = []
    for score in use:
        if score in ("cosine", "csls"):
            made.append(measured[score])
        elif score == "phash":
            made.append(measured["differing_bits"] / 64)
        elif score == "local":
            logarithm = np.log1p(measured["inliers"])
            made += [logarithm, logarithm**2, measured["inlier_share"]]
        else:
            made.append(np.log1p(measured["metres"]))
    return np.column_stack(made)


def _vectors(left: Manifest, right: Manifest, embedder: Embedder) -> tuple[Vectors, Vectors]:
    of_right = embedder.embed_images(right.files)
    return of_right if left is right else embedder.embed_images(left.files), of_right


def _cosine(of_left: Vectors, of_right: Vectors, pairs: Pairs) -> Floats:
    """(m,) cosines, in blocks of pairs."""
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), BLOCK):
        rows = slice(start, start + BLOCK)
        one, other = of_left[pairs.left[rows]], of_right[pairs.right[rows]]
        found[rows] = np.einsum("ij,ij->i", one, other, dtype=np.float64)
    return found.clip(-1, 1)


def _crowding(of_left: Vectors, of_right: Vectors, pairs: Pairs, *, itself: bool) -> tuple[Floats, Floats]:
    """(m,) mean cosine of the left and of the right photo of each pair with its nearest among those on the right.

    `itself` says that both sides are one set, in which a photo is not its own neighbour.
    """
    index, others = ExactIndex(of_right), min(CROWD, len(of_right) - 1)
    sides = []
    for vectors, rows, among in ((of_left, pairs.left, itself), (of_right, pairs.right, True)):
        asked, place = _once(rows)
        depth = others if among else min(CROWD, len(of_right))
        scores = index.search(vectors[asked], depth + among).scores[:, int(among) :]  # the first is the photo itself
        sides.append((scores.mean(axis=1, dtype=np.float64) if depth else np.zeros(len(asked)))[place])
    return sides[0], sides[1]


def _once(rows: Rows) -> tuple[Rows, Rows]:
    """The rows there are, each once, and where each of (m,) `rows` is among them."""
    found, place = np.unique(rows, return_inverse=True)
    return found, place
