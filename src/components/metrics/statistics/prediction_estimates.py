"""Estimates over test photos and replicates, from metrics of weighted predictions."""

import logging
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from components.metrics.statistics.bootstrap import mean_over_replicates
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.intervals import bracketed_interval, interval
from components.metrics.statistics.ranges import within_range
from components.metrics.statistics.resampling import Measure, block_size, resample
from components.metrics.statistics.wilson import wilson
from components.results import Predictions
from components.wording import counted

log = logging.getLogger(__name__)

PROPORTIONS = frozenset({"accuracy", "closed_accuracy"})
"""Metrics whose variance over photos is known for one replicate, p(1-p)/n: proportions of photos."""

CALIBRATION = {"ece": "ece_debiased", "closed_ece": "closed_ece_debiased"}
"""Metrics that are too high on average, and the metric that is too low; the truth lies between them."""


def estimates(
    replicates: Sequence[Predictions],
    measure: Measure,
    *,
    elements_per_resample: int,
    n_resamples: int,
    confidence: float,
    seed: int,
    n_photos: Mapping[str, int] | None = None,
    n_deciding: Mapping[str, int] | None = None,
) -> dict[str, Estimate]:
    """Estimate every metric that `measure` computes; `classification_metrics` describes the method.

    Args:
        replicates: Predictions of each replicate.
        measure: Metrics of a replicate for weighted photos.
        elements_per_resample: Elements of the largest array of `measure` for one resample, other than the weights.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the intervals.
        seed: Seed of the bootstrap.
        n_photos: Number of distinct photos, by metric, of metrics that are not computed on all of them.
        n_deciding: Number of photos, by metric, that could have been wrong, where these are not all of `n_photos`.
    """
    rows, total = photo_rows(replicates)
    whole = [measure(number, np.ones((len(replicate), 1))) for number, replicate in enumerate(replicates)]
    (photos_generator,) = np.random.default_rng(seed).spawn(1)
    block = block_size(total, elements_per_resample)
    resampled = resample(measure, rows, total, n_resamples, block, photos_generator, progress=True)
    by_name = {name: np.array([metrics[name][0] for metrics in whole]) for name in whole[0]}
    found: dict[str, Estimate] = {}
    undefined: dict[int, list[str]] = {}
    constant: list[str] = []
    deciding = {**(n_photos or {}), **(n_deciding or {})}

    def interval_of(name: str) -> tuple[float, float]:
        one = name.removesuffix("_debiased")
        if one in CALIBRATION:
            lower, upper = ((by_name[each], resampled[each]) for each in (CALIBRATION[one], one))
            return within_range(name, *bracketed_interval(lower, upper, total, confidence))
        return interval(name, by_name[name], resampled[name], total, confidence, deciding.get(name))

    for name in whole[0]:
        n = (n_photos or {}).get(name, total)
        values = tuple(by_name[name].tolist())
        value = math.fsum(values) / len(values)
        if math.isnan(value):
            undefined.setdefault(n_resamples, []).append(name)
            low = high = math.nan
        elif name in PROPORTIONS and len(replicates) == 1:
            low, high = wilson(value * n, n, confidence)
        else:
            if missing := int(np.isnan(mean_over_replicates(resampled[name])).sum()):
                undefined.setdefault(missing, []).append(name)
            low, high = interval_of(name)
            if math.isnan(low) and missing < n_resamples - 1:
                constant.append(name)
        found[name] = Estimate(value=value, low=low, high=high, n=n, values=values)
    if undefined or constant:
        log.warning("%s", undefined_text(undefined, constant, total, n_resamples))
    return found


def undefined_text(undefined: Mapping[int, Sequence[str]], constant: Sequence[str], n: int, n_resamples: int) -> str:
    """Return one line on the metrics that are undefined on all photos or in some resamples, or have no interval.

    Args:
        undefined: Names of metrics by the number of resamples in which they are undefined; `n_resamples`: on the test
            photos themselves.
        constant: Names of metrics that are the same in all resamples.
        n: Number of test photos.
        n_resamples: Number of resamples.
    """
    parts = []
    if names := undefined.get(n_resamples, ()):
        parts.append(f"{_listed(names)} undefined on these {counted(n, 'test photo')}, no value is reported")
    some = sorted(missing for missing in undefined if missing < n_resamples)
    if some:
        names = [name for missing in some for name in undefined[missing]]
        how_many = " to ".join(str(missing) for missing in sorted({some[0], some[-1]}))
        parts.append(f"{_listed(names)} undefined in {how_many} of {n_resamples} resamples, which are ignored")
    if constant:
        parts.append(
            f"{_listed(constant)} the same whichever of the test photos are drawn (all predicted as one class, of one "
            "class, or with equal scores), no interval is reported"
        )
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def photo_rows(replicates: Sequence[Predictions]) -> tuple[list[NDArray[np.int64]], int]:
    """Number the distinct photos of all replicates.

    Returns:
        For each replicate the (n,) number of each of its photos; and how many distinct photos there are.
    """
    numbers: dict[str, int] = {}
    rows = [
        np.array([numbers.setdefault(photo, len(numbers)) for photo in replicate.ids.tolist()], dtype=np.int64)
        for replicate in replicates
    ]
    return rows, len(numbers)
