"""Exact tests on the photos that two models do not agree on, and what published counts alone can decide."""

from dataclasses import dataclass
from typing import Literal

from components.errors import DataError


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided p value of McNemar's exact test (McNemar 1947; Edwards 1948 on the exact form).

    Where two models of equal accuracy differ on a photo, each is as likely to be the one that is right:
    `only_b` is binomial with `only_a + only_b` trials of one half.

    Args:
        only_a: Photos that only model A has right.
        only_b: Photos that only model B has right.

    Returns:
        p; 1 when no photo is discordant.

    Raises:
        ValueError: When a count is negative.
    """
    if only_a < 0 or only_b < 0:
        raise ValueError(f"mcnemar needs counts of photos, got {only_a} and {only_b}")
    if only_a + only_b == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(only_b, only_a + only_b).pvalue)


@dataclass(frozen=True)
class CountsVerdict:
    """What two published counts say, whichever photos they were right on.

    Attributes:
        difference: Accuracy of B minus that of A.
        discordant_low: Fewest photos on which just one of the models can be right.
        discordant_high: Most of them.
        p_low: McNemar's exact p with the fewest, the smallest that is possible.
        p_high: With the most, the largest that is possible.
        verdict: Of B beside A; "depends" when the counts do not decide and the photos' own results are needed.
        n: Photos.
    """

    difference: float
    discordant_low: int
    discordant_high: int
    p_low: float
    p_high: float
    verdict: Literal["better", "worse", "indistinguishable", "depends"]
    n: int


def compare_counts(right_a: int, right_b: int, n: int, *, confidence: float = 0.95) -> CountsVerdict:
    """Judge two accuracies on the same n photos of which only the counts are known.

    The difference fixes how many more photos only B has right than only A; how many those are together is
    free, from the difference itself (one model right wherever the other is) to what `n` has room for. The
    exact p grows with their number, so that the two ends bound it. Rest class against dual network of the
    thesis, 173 and 171 of 181: p is 0.5 at the least, indistinguishable whatever the photos.

    Args:
        right_a: Photos that model A has right.
        right_b: Photos that model B has right.
        n: Photos that both were tested on.
        confidence: 1 - confidence is the level of the verdict.

    Raises:
        DataError: When the counts do not fit into `n` photos.
    """
    if n < 1 or not 0 <= right_a <= n or not 0 <= right_b <= n:
        raise DataError(f"{right_a} and {right_b} photos right of {n}: expected counts from 0 to n, and n above 0")
    only_b, only_a = max(right_b - right_a, 0), max(right_a - right_b, 0)
    room = min(right_a, right_b, n - right_a, n - right_b)  # photos that A has right and B wrong, swapped for B's
    p_low, p_high = mcnemar(only_a, only_b), mcnemar(only_a + room, only_b + room)
    level = 1 - confidence
    verdict: Literal["better", "worse", "indistinguishable", "depends"] = "depends"
    if p_low >= level:
        verdict = "indistinguishable"
    elif p_high < level:
        verdict = "better" if right_b > right_a else "worse"
    fewest = only_a + only_b
    return CountsVerdict((right_b - right_a) / n, fewest, fewest + 2 * room, p_low, p_high, verdict, n)
