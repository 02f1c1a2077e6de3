"""From a way to measure one model on weighted photos to estimates over photos and replicates."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from components.metrics.statistics.bootstrap import (
    mean_over_replicates,
    percentile_interval,
    photo_weights,
    replicate_weights,
)
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.weighted import Floats
from components.metrics.statistics.wilson import accuracy_interval
from components.results import Predictions

log = logging.getLogger(__name__)

Measure = Callable[[int, Floats], Mapping[str, Floats]]
"""(B,) each metric of the replicate of this number, for the (n, B) weights of its n photos."""

BLOCK_ELEMENTS = 2_000_000
"""Numbers held for one array of a block of resamples (16 MB): keeps memory flat whatever the photos and classes."""

BLOCKS_WORTH_A_BAR = 8

SHARES_RIGHT = frozenset({"accuracy", "closed_accuracy"})
"""Shares of photos, which have Wilson's interval."""


def estimates(
    replicates: Sequence[Predictions],
    measure: Measure,
    *,
    per_photo: int,
    n_resamples: int,
    confidence: float,
    seed: int,
    photos_behind: Mapping[str, int] | None = None,
) -> dict[str, Estimate]:
    """Every metric that `measure` gives, with its interval; `classification_metrics` has the method.

    Args:
        replicates: Predictions of each trained model.
        measure: See `Measure`.
        per_photo: Numbers of its largest array, for a block of one resample.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage aimed at.
        seed: Of the bootstrap.
        photos_behind: Distinct photos of the metrics that are not measured on all of them.
    """
    rows, photos = rows_of_photos(replicates)
    whole = [measure(number, np.ones((len(one), 1))) for number, one in enumerate(replicates)]
    resampled = _resampled(measure, rows, photos, max(photos, per_photo), n_resamples, seed)
    found: dict[str, Estimate] = {}
    for name in whole[0]:
        n = (photos_behind or {}).get(name, photos)
        values = tuple(float(one[name][0]) for one in whole)
        value = math.fsum(values) / len(values)
        if math.isnan(value):
            log.warning("%s is undefined on these %d test photos: it is left NaN", name, n)
            low = high = math.nan
        elif name in SHARES_RIGHT:
            low, high = accuracy_interval(values, n, confidence)
        else:
            undefined = int(np.isnan(resampled[name]).sum())
            if undefined:
                log.warning("%s is undefined in %d of %d resamples, left out", name, undefined, n_resamples)
            low, high = percentile_interval(resampled[name], confidence)
        found[name] = Estimate(value=value, low=low, high=high, n=n, values=values)
    return found


def rows_of_photos(replicates: Sequence[Predictions]) -> tuple[list[NDArray[np.int64]], int]:
    """For each replicate the (n,) number of its photos among all distinct ones, and how many those are."""
    numbers: dict[str, int] = {}
    rows = [
        np.array([numbers.setdefault(photo, len(numbers)) for photo in one.ids.tolist()], dtype=np.int64)
        for one in replicates
    ]
    return rows, len(numbers)


def _resampled(
    measure: Measure, rows: Sequence[NDArray[np.int64]], photos: int, largest: int, n_resamples: int, seed: int
) -> Mapping[str, Floats]:
    """(B,) each metric's mean over replicates in every resample of photos and replicates."""
    for_photos, for_replicates = np.random.default_rng(seed).spawn(2)
    block = max(1, BLOCK_ELEMENTS // largest)
    n_blocks = -(-n_resamples // block)
    blocks = track(
        photo_weights(photos, n_resamples, block, for_photos),
        total=n_blocks,
        description="bootstrap",
        console=Console(stderr=True),
        transient=True,
        disable=n_blocks < BLOCKS_WORTH_A_BAR,
    )
    parts: list[list[Mapping[str, Floats]]] = [[] for _ in rows]
    for weights in blocks:
        for number, (part, row) in enumerate(zip(parts, rows, strict=True)):
            part.append(measure(number, weights[row]))
    drawn = replicate_weights(len(rows), n_resamples, for_replicates)
    return {
        name: mean_over_replicates(np.stack([np.concatenate([block[name] for block in part]) for part in parts]), drawn)
        for name in parts[0][0]
    }
