"""Copies that are cropped or turned by a few degrees, as they are or mirrored.

Candidates are the nearest photos by their 8 x 8 colours, which a small crop or turn changes little, and the nearest to
the middle of a photo. Registration of thumbnails then says where one photo lies in the other, and three correlations of
what they share confirm that it is the same picture: of the colours, of the fine details alone, and of the structure in
every small window, so that two things of one outline on a white ground are not taken for one.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.data.progress import progress
from components.data.registration import (
    AFFINE,
    LUMA,
    SIMILARITY,
    Floats,
    blurred,
    correlation,
    halved,
    identity,
    refined,
    sampled,
)

ALIGNED_COPIES_VERSION = 1
"""Part of the names of cached files; increase it when the same photos would give other pairs."""
SIDE = 32
"""Side of the thumbnails, in pixels."""
SEARCHES = ((1.0, 6, 0.4), (0.84, 4, 0.75))
"""What is searched for: a proportion of each side, around the middle; the number of nearest photos to compare; and the
smallest cosine of those."""
COARSE_STEPS, FINE_STEPS = 4, 3
"""Refinements at 16 pixels and at 32."""
MIN_COARSE, MIN_COARSE_DETAIL = 0.8, 0.6
"""Smallest correlations of grey and of its details at 16 pixels, with which registration goes on."""
MIN_COLOUR, MIN_DETAIL, MIN_STRUCTURE = 0.92, 0.6, 0.88
"""Smallest correlations of a copy: of the colours, the details, and the structure.

Chosen on 300 pictures of the stamps and 300 photos of CIFAR-10 with their copies, and by inspecting the pairs among all
the others: two fruits cut out in one outline reach .92, .77 and .87, but not together.
"""
MAX_STRETCH, MAX_SCALE, MAX_TURN, MIN_SHARED = (1.25, 1.15), (1.6, 1.5), (14.0, 12.0), (0.4, 0.5)
"""Limits of the transform at 16 pixels and at 32: the ratio of its two scales, its scale, its turn in degrees, and the
proportion of pixels in both."""
WINDOW, CALM = 7, 1e-4
"""Side of the windows in pixels, and the variance, relative to that of the picture, below which one shows nothing."""
BLOCK, QUERIES = 256, 256


@dataclass(frozen=True)
class AlignedPairs:
    """m pairs of photos that overlap, at least one of them a cropped or turned copy.

    Attributes:
        left: (m,) int64, row of the first photo.
        right: (m,) int64, row of the second photo, always larger.
        mirrored: (m,) bool, whether the second photo matches when it is mirrored left to right.
        correlation: (m,) float32, correlation of the colours where they overlap.
        area: (m,) float32, what the smaller shows relative to the larger, 0 .. 1.
        turn: (m,) float32, degrees.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    mirrored: NDArray[np.bool_]
    correlation: Floats
    area: Floats
    turn: Floats


def find_aligned_copies(photos: NDArray[np.uint8], rows: NDArray[np.int64]) -> AlignedPairs:
    """Find the pairs of cropped or turned copies among photos.

    A pair that is found more than once is returned each time.

    Args:
        photos: (n, size, size, 3) RGB.
        rows: The photos to compare, sorted; those of a single colour are not among them.
    """
    thumbnails = _thumbnails(photos, rows)
    vectors = _coarse_colours(thumbnails)
    found = []
    for mirrored in (False, True):
        for scale, k, min_cosine in SEARCHES:
            queries = _coarse_colours(_middle(_oriented(thumbnails, mirrored=mirrored), scale))
            pairs = _nearest(queries, vectors, k, min_cosine)
            if scale == 1:  # either can be the copy
                pairs = np.unique(np.sort(pairs, axis=1), axis=0)
            left, right, *rest = _confirmed(thumbnails, pairs, mirrored=mirrored, either=scale == 1)
            left, right = rows[np.minimum(left, right)], rows[np.maximum(left, right)]
            found.append((left, right, np.full(len(left), mirrored), *rest))
    left, right, turned, colour, area, turn = (np.concatenate(column) for column in zip(*found, strict=True))
    return AlignedPairs(left, right, turned, colour, area, turn)


def _thumbnails(photos: NDArray[np.uint8], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    thumbnails = np.empty((len(rows), SIDE, SIDE, 3), np.uint8)
    way = Image.Resampling.BOX if photos.shape[1] >= SIDE else Image.Resampling.BILINEAR

    def shrink(row: int) -> None:
        thumbnails[row] = np.asarray(Image.fromarray(photos[rows[row]]).resize((SIDE, SIDE), way))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(progress(pool.map(shrink, range(len(rows))), "Shrinking photos", len(rows)))
    return thumbnails


def _oriented(thumbnails: NDArray[np.uint8], *, mirrored: bool) -> NDArray[np.uint8]:
    return thumbnails[:, :, ::-1] if mirrored else thumbnails


def _middle(thumbnails: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Return the middles of thumbnails, enlarged."""
    if scale == 1:
        return thumbnails
    found = np.empty(thumbnails.shape, np.uint8)
    for start in range(0, len(found), BLOCK):
        block = thumbnails[start : start + BLOCK].astype(np.float32)
        found[start : start + BLOCK] = sampled(block, np.float32(scale) * identity(len(block)))[0].reshape(block.shape)
    return found


def _nearest(queries: Floats, vectors: Floats, k: int, min_cosine: float) -> NDArray[np.int64]:
    """Return (m, 2) rows of queries and of the k nearest vectors, without the query's own."""
    n = len(vectors)
    if n < 2:
        return np.empty((0, 2), np.int64)
    k = min(k, n - 1)

    def nearest(start: int) -> NDArray[np.int64]:
        cosine = queries[start : start + QUERIES] @ vectors.T
        rows = np.arange(len(cosine))
        cosine[rows, rows + start] = -1
        best = np.argpartition(cosine, n - k, axis=1)[:, n - k :]
        query, rank = np.nonzero(np.take_along_axis(cosine, best, axis=1) >= min_cosine)
        return np.stack([query + start, best[query, rank]], axis=1)

    starts = range(0, n, QUERIES)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(progress(pool.map(nearest, starts), "Searching similar photos", len(starts))))


Confirmed = tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats, Floats]


def _confirmed(thumbnails: NDArray[np.uint8], pairs: NDArray[np.int64], *, mirrored: bool, either: bool) -> Confirmed:
    """Return the pairs of which the second is a copy of the first, perhaps mirrored, or either of the other.

    Returns:
        The rows of the first and of the second, and their correlation, area and turn.
    """

    def confirmed(start: int) -> Confirmed:
        whole, copy = pairs[start : start + BLOCK].T
        colour, area, turn = _aligned(
            np.ascontiguousarray(_oriented(thumbnails[whole], mirrored=mirrored), dtype=np.float32),
            thumbnails[copy].astype(np.float32),
            either=either,
        )
        same = colour > 0
        return whole[same], copy[same], colour[same], area[same], turn[same]

    starts = range(0, len(pairs), BLOCK)
    none = (*np.empty((2, 0), np.int64), *np.empty((3, 0), np.float32))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blocks = [none, *progress(pool.map(confirmed, starts), "Aligning similar photos", len(starts))]
    whole, copy, colour, area, turn = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return whole, copy, colour, area, turn


def _coarse_colours(thumbnails: NDArray[np.uint8]) -> Floats:
    """Return (n, 96) unit vectors: 8 x 8 levels of grey without their mean, 4 x 4 of two differences of colours."""
    n, side = thumbnails.shape[:2]
    vectors = np.empty((n, 96), np.float32)
    for start in range(0, n, 4096):
        block = thumbnails[start : start + 4096]
        small = block.reshape(len(block), 8, side // 8, 8, side // 8, 3).mean(axis=(2, 4), dtype=np.float32)
        red, green, blue = np.moveaxis(small, 3, 0)
        colours = np.stack([red - blue, (red + blue - 2 * green) / np.float32(3**0.5)]) / np.float32(2**0.5)
        colours = 2 * colours.reshape(2, len(block), 4, 2, 4, 2).mean(axis=(3, 5))
        grey = (red + green + blue) / np.float32(3**0.5)
        parts = [grey - grey.mean(axis=(1, 2), keepdims=True), *colours]
        vectors[start : start + 4096] = np.concatenate([part.reshape(len(block), -1) for part in parts], axis=1)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return vectors


def _aligned(whole: Floats, copy: Floats, *, either: bool) -> tuple[Floats, Floats, Floats]:
    """Register m pictures with their copies, (m, 32, 32, 3), or either with the other.

    Returns:
        (m,) correlations of their colours, 0 for different pictures; their areas and turns as in `AlignedPairs`.
    """
    greys = whole @ LUMA, copy @ LUMA
    levels = [(halved(grey), blurred(grey)) for grey in greys]
    colour, area, turn = np.zeros((3, len(whole)), np.float32)
    for fixed, moving in ((0, 1), (1, 0)) if either else ((0, 1),):
        rows = np.flatnonzero(colour == 0)
        transform = refined(
            levels[fixed][0][rows], levels[moving][0][rows], identity(len(rows)), COARSE_STEPS, SIMILARITY
        )
        likely = _likely(levels[fixed][0][rows], levels[moving][0][rows], transform)
        rows, transform = rows[likely], transform[likely]
        transform = refined(levels[fixed][1][rows], levels[moving][1][rows], transform, FINE_STEPS, AFFINE)
        pair = (whole[rows], copy[rows]) if fixed == 0 else (copy[rows], whole[rows])
        colour[rows] = _same(*pair, transform)
        size, _, turn[rows] = _shape(transform)
        area[rows] = np.minimum(size, 1 / np.maximum(size, 1e-6)) ** 2
    return colour, area, turn


def _likely(template: Floats, picture: Floats, transform: Floats) -> NDArray[np.bool_]:
    """Return which of m pairs may be the same picture after registration at half the size."""
    found, inside = sampled(picture, transform)
    likely = correlation(template.reshape(found.shape), found, inside) >= MIN_COARSE
    likely &= _detail(template, found.reshape(template.shape), inside) >= MIN_COARSE_DETAIL
    return likely & _plausible(transform, inside, 0)


def _same(template: Floats, picture: Floats, transform: Floats) -> Floats:
    """Return the (m,) correlations of the colours of registered pairs, 0 where they are not the same picture."""
    m, side = template.shape[:2]
    found, inside = sampled(picture, transform)
    colour = correlation(template.reshape(found.shape), found, inside)
    grey, other = template @ LUMA, found.reshape(template.shape) @ LUMA
    structure = _structure(grey, other, inside.reshape(m, side, side))
    same = (colour >= MIN_COLOUR) & (_detail(grey, other, inside) >= MIN_DETAIL) & (structure >= MIN_STRUCTURE)
    return np.where(same & _plausible(transform, inside, 1), colour, 0)


def _detail(left: Floats, right: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the (m,) correlations of what blurring takes from (m, side, side) pictures, away from the masks' edges."""
    weight = _inner(inside.reshape(left.shape)).reshape(inside.shape)
    fine = [(grey - blurred(blurred(grey))).reshape(inside.shape) for grey in (left, right)]
    return correlation(fine[0], fine[1], weight)


def _structure(left: Floats, right: Floats, mask: NDArray[np.bool_]) -> Floats:
    """Return the (m,) mean correlations of all small windows, weighted by the square root of their contrast."""
    area = np.maximum(mask.sum(axis=(1, 2), keepdims=True), 1)

    def standard(grey: Floats) -> Floats:
        centred = (grey - (grey * mask).sum(axis=(1, 2), keepdims=True) / area) * mask
        standardized: Floats = centred / np.sqrt((centred**2).sum(axis=(1, 2), keepdims=True) / area + 1e-6)
        return standardized

    left, right = standard(left), standard(right)
    means = _windows(np.stack([left, right, left * left, right * right, left * right, mask.astype(np.float32)]))
    covariance = means[4] - means[0] * means[1]
    variance, other = (np.maximum(means[2 + side] - means[side] ** 2, 0) for side in (0, 1))
    weight = np.sqrt(np.sqrt(variance * other)) * (means[5] > 0.999)
    local = covariance / np.sqrt(variance * other + CALM)
    found: Floats = (local * weight).sum(axis=(1, 2)) / np.maximum(weight.sum(axis=(1, 2)), 1e-6)
    return found


def _windows(pictures: Floats) -> Floats:
    """Return the means of all windows inside of pictures (..., side, side)."""
    totals = np.pad(pictures, [(0, 0)] * (pictures.ndim - 2) + [(1, 0), (1, 0)]).cumsum(-1, np.float64).cumsum(-2)
    high, low = slice(WINDOW, None), slice(None, -WINDOW)
    boxes = totals[..., high, high] - totals[..., low, high] - totals[..., high, low] + totals[..., low, low]
    means: Floats = (boxes / WINDOW**2).astype(np.float32)
    return means


def _inner(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of (m, side, side) masks whose four neighbours belong to them too."""
    inner = np.zeros_like(mask)
    inner[:, 1:-1, 1:-1] = (
        mask[:, 1:-1, 1:-1] & mask[:, :-2, 1:-1] & mask[:, 2:, 1:-1] & mask[:, 1:-1, :-2] & mask[:, 1:-1, 2:]
    )
    return inner


def _plausible(transform: Floats, inside: NDArray[np.bool_], stage: int) -> NDArray[np.bool_]:
    """Return which transforms crop, scale and turn a little, and do not distort: at 16 pixels (0) or at 32 (1)."""
    scale, stretch, turn = _shape(transform)
    near = (scale >= 1 / MAX_SCALE[stage]) & (scale <= MAX_SCALE[stage]) & (turn <= MAX_TURN[stage])
    near &= (stretch <= MAX_STRETCH[stage]) & (np.linalg.det(transform[:, :, :2]) > 0)
    near &= inside.mean(axis=1) >= MIN_SHARED[stage]
    return np.asarray(near)


def _shape(transform: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the scale of m transforms, the ratio of their larger to their smaller scale, and their turn in degrees."""
    linear = transform[:, :, :2]
    scales = np.linalg.svd(linear, compute_uv=False)
    turn = np.arctan2(linear[:, 1, 0] - linear[:, 0, 1], linear[:, 0, 0] + linear[:, 1, 1])
    stretch = scales[:, 0] / np.maximum(scales[:, 1], 1e-6)
    return np.sqrt(scales[:, 0] * scales[:, 1]), stretch, np.abs(np.degrees(turn))
