"""The confidence above which decisions keep a tolerated error rate, with a guarantee."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from components.errors import ConfigError
from components.metrics.statistics import Floats


def selective_threshold(
    score: Floats, wrong: NDArray[np.bool_], max_error_rate: float, confidence: float = 0.9
) -> float:
    """Return the lowest score at which the error rate of decisions is at most `max_error_rate`, with `confidence`.

    Selective prediction with a guarantee (Geifman & El-Yaniv 2017): the upper Clopper-Pearson bound of the error rate
    among the decided cases must not exceed `max_error_rate`. Thresholds are tested in descending order until the first
    one that fails, which controls the error although many thresholds are tested (fixed-sequence testing, Angelopoulos
    et al. 2021). The first one tested decides the smallest number of cases that can pass without an error.

    Args:
        score: (n,) confidence of each decision, on cases that no model was fitted on.
        wrong: (n,) which decisions would be wrong.
        max_error_rate: Tolerated error rate among decided cases, above 0 and below 1.
        confidence: Probability that the bound holds for future cases, above 0 and below 1.

    Returns:
        The threshold; infinity when no threshold passes, which is always so with fewer than
        log(1 - confidence) / log(1 - max_error_rate) cases.

    Raises:
        ConfigError: When `max_error_rate` or `confidence` is outside its range.
    """
    for name, value in (("max_error_rate", max_error_rate), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ConfigError(f"{name}={value}: expected a number between 0 and 1")
    order = np.argsort(-score, kind="stable")
    errors, sizes = np.cumsum(wrong[order]), np.arange(1, len(score) + 1)
    bounds = beta.ppf(confidence, errors + 1, np.maximum(sizes - errors, 1e-12))
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))  # cases with equal scores are decided together
    smallest = math.ceil(math.log(1 - confidence) / math.log(1 - max_error_rate))
    threshold = math.inf
    for end in ends[sizes[ends] >= smallest] if len(score) else ():
        if bounds[end] > max_error_rate:
            break
        threshold = float(score[order[end]])
    return threshold
