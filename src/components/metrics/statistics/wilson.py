"""Wilson's score interval of a proportion, and of a mean accuracy over replicates."""

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, variance


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of the proportion `successes / n` (Wilson 1927, JASA 22).

    Args:
        successes: Between 0 and `n`; need not be whole when `n` is an effective sample size.
        n: Trials, above 0.
        confidence: Coverage aimed at, such as 0.95.

    Returns:
        Lower and upper end, within [0, 1].

    Raises:
        ValueError: When `n` is not positive or `successes` lies outside 0 .. n.
    """
    if not n > 0 or not 0 <= successes <= n:
        raise ValueError(f"wilson needs n > 0 and 0 <= successes <= n, got successes={successes}, n={n}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def effective_sample_size(accuracies: Sequence[float], n: int) -> float:
    """Photos that a single model would have to be tested on for the same uncertainty.

    The mean p of R accuracies on n photos has variance p(1-p)/n + s^2/R, s being their standard deviation
    (one degree of freedom less): the photos are a sample, and so are the seeds. A proportion with that
    variance has n_eff = p(1-p) / variance trials; n / n_eff is the design effect that Korn & Graubard
    (1998, Survey Methodology 24) put into intervals of survey proportions. On test photos that differ
    between the replicates s holds some of the photos' noise too, and the interval errs on the wide side.
    """
    p = fmean(accuracies)
    binomial = p * (1 - p)
    if len(accuracies) == 1 or binomial == 0:
        return float(n)
    return binomial / (binomial / n + variance(accuracies) / len(accuracies))


def accuracy_interval(accuracies: Sequence[float], n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson interval of the mean of the replicates' accuracies, with their effective sample size."""
    size = effective_sample_size(accuracies, n)
    return wilson(min(max(fmean(accuracies), 0.0), 1.0) * size, size, confidence)
