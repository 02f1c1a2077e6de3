"""Wilson's score interval of a proportion, and of a mean accuracy over replicates."""

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, variance


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval of the proportion `successes / n` (Wilson 1927, JASA 22).

    Args:
        successes: From 0 to `n`; need not be an integer when `n` is an effective sample size.
        n: Number of trials, above 0.
        confidence: Coverage of the interval.

    Returns:
        Lower and upper end, within [0, 1].

    Raises:
        ValueError: When `n` is not positive or `successes` is not within 0 .. n.
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
    """Return the number of photos on which a single model's accuracy would have the same variance.

    The mean p of R accuracies on n photos has the variance p(1-p)/n + s^2/R, with s the sample standard deviation of
    the accuracies: it varies with the photos and with the seeds. A proportion with that variance has
    n_eff = p(1-p) / variance trials; n / n_eff is the design effect that Korn & Graubard (1998, Survey Methodology 24)
    use for intervals of survey proportions. When replicates are tested on different photos, s contains part of the
    variance of the photos too, and the interval is conservative (too wide).

    Args:
        accuracies: Accuracy of each replicate.
        n: Number of test photos.
    """
    p = fmean(accuracies)
    binomial = p * (1 - p)
    if len(accuracies) == 1 or binomial == 0:
        return float(n)
    return binomial / (binomial / n + variance(accuracies) / len(accuracies))


def accuracy_interval(accuracies: Sequence[float], n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of the mean accuracy over replicates, with their effective sample size."""
    size = effective_sample_size(accuracies, n)
    return wilson(min(max(fmean(accuracies), 0.0), 1.0) * size, size, confidence)
