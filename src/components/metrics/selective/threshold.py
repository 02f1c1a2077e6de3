"""From which score on one may decide without asking, given the error rate that one tolerates."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from components.errors import ConfigError
from components.metrics.statistics.weighted import Floats


def selective_threshold(
    score: Floats, wrong: NDArray[np.bool_], max_error_rate: float, confidence: float = 0.9
) -> float:
    """The lowest score from which decisions are wrong at most in a share `max_error_rate` of cases, with `confidence`.

    Selective prediction with a guarantee (Geifman & El-Yaniv 2017): the upper Clopper-Pearson bound of the error rate
    among the cases decided must not exceed `max_error_rate`. Sets are tried from the surest cases on, and the first
    that fails ends the search, which keeps the level although many sets are tried (fixed-sequence testing,
    Angelopoulos et al. 2021). The first set tried is the smallest that could pass without an error.

    Args:
        score: (n,) how sure each decision is, on cases that nothing was fitted on.
        wrong: (n,) which of them would be wrong.
        max_error_rate: Share of wrong decisions that is tolerated, above 0 and below 1.
        confidence: That the bound holds for cases to come.

    Returns:
        The threshold; infinity when no set of cases is sure enough, which is so for fewer than
        log(1 - confidence) / log(1 - max_error_rate) cases.

    Raises:
        ConfigError: `max_error_rate` or `confidence` is no share.
    """
    for name, value in (("max_error_rate", max_error_rate), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ConfigError(f"{name}={value}: expected a number between 0 and 1")
    order = np.argsort(-score, kind="stable")
    errors, sizes = np.cumsum(wrong[order]), np.arange(1, len(score) + 1)
    bounds = beta.ppf(confidence, errors + 1, np.maximum(sizes - errors, 1e-12))
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))  # cases of one score are decided together
    first = math.ceil(math.log(1 - confidence) / math.log(1 - max_error_rate))
    threshold = math.inf
    for end in ends[sizes[ends] >= first] if len(score) else ():
        if bounds[end] > max_error_rate:
            break
        threshold = float(score[order[end]])
    return threshold
