"""Comparison of two accuracies of which only the counts are published."""

from dataclasses import dataclass
from typing import Literal

from components.errors import DataError
from components.metrics.comparison.mcnemar import mcnemar


@dataclass(frozen=True)
class CountsVerdict:
    """What two counts of correct photos imply, whichever photos they are.

    Attributes:
        difference: Accuracy of B minus accuracy of A.
        discordant_low: Smallest possible number of photos that exactly one model classifies correctly.
        discordant_high: Largest possible number of them.
        p_low: McNemar's exact p value with the smallest number, the lowest that is possible.
        p_high: The p value with the largest number, the highest that is possible.
        verdict: Of B compared with A; "depends" when the counts do not decide and results per photo are needed.
        n: Number of photos.
    """

    difference: float
    discordant_low: int
    discordant_high: int
    p_low: float
    p_high: float
    verdict: Literal["better", "worse", "indistinguishable", "depends"]
    n: int


def compare_counts(right_a: int, right_b: int, n: int, *, confidence: float = 0.95) -> CountsVerdict:
    """Compare two accuracies on the same n photos from the counts of correct photos alone.

    The difference of the counts fixes how many more photos only B classifies correctly than only A. The number of
    discordant photos can be anything from that difference (one model is correct wherever the other is) up to what `n`
    allows. The exact p value increases with it, so that the two extremes bound it. Rest class against dual network of
    the thesis, 173 and 171 of 181: p is at least 0.5, hence indistinguishable whatever the photos.

    Args:
        right_a: Number of photos that model A classifies correctly.
        right_b: Number of photos that model B classifies correctly.
        n: Number of photos that both were tested on.
        confidence: 1 - confidence is the significance level.

    Raises:
        DataError: When a count is negative or exceeds `n`, or `n` is not positive.
    """
    if n < 1 or not 0 <= right_a <= n or not 0 <= right_b <= n:
        raise DataError(f"{right_a} and {right_b} correct photos of {n}: expected counts from 0 to n, and n above 0")
    only_b, only_a = max(right_b - right_a, 0), max(right_a - right_b, 0)
    more = min(right_a, right_b, n - right_a, n - right_b)  # that only A, and as many that only B, may have
    p_low, p_high = mcnemar(only_a, only_b), mcnemar(only_a + more, only_b + more)
    level = 1 - confidence
    verdict: Literal["better", "worse", "indistinguishable", "depends"] = "depends"
    if p_low >= level:
        verdict = "indistinguishable"
    elif p_high < level:
        verdict = "better" if right_b > right_a else "worse"
    fewest = only_a + only_b
    return CountsVerdict((right_b - right_a) / n, fewest, fewest + 2 * more, p_low, p_high, verdict, n)
