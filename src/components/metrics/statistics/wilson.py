"""Wilson's score interval of a proportion."""

import math
from statistics import NormalDist


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
    return score_interval(successes / n, n, NormalDist().inv_cdf((1 + confidence) / 2))


def score_interval(share: float, n: float, z: float) -> tuple[float, float]:
    """Return the shares p of n trials from which the observed one is at most z standard errors sqrt(p(1-p)/n) away.

    Args:
        share: Observed share, 0 to 1.
        n: Number of trials, above 0; need not be an integer.
        z: Quantile of the normal distribution, or of Student's.

    Returns:
        Lower and upper end, within [0, 1].
    """
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return (0.0 if share == 0 else max(0.0, centre - half)), (1.0 if share == 1 else min(1.0, centre + half))
