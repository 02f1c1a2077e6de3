"""McNemar's exact test of two models on the same photos."""


def mcnemar(only_a: int, only_b: int) -> float:
    """Return the two-sided p value of McNemar's exact test (McNemar 1947; exact form: Edwards 1948).

    Under the null hypothesis of equal accuracy, each discordant photo (one that a single model classifies correctly) is
    equally likely to favour either model: `only_b` is binomial with `only_a + only_b` trials of probability one half.

    Args:
        only_a: Number of photos that only model A classifies correctly.
        only_b: Number of photos that only model B classifies correctly.

    Returns:
        The p value; 1 when no photo is discordant.

    Raises:
        ValueError: When a count is negative.
    """
    if only_a < 0 or only_b < 0:
        raise ValueError(f"mcnemar needs counts of photos, got {only_a} and {only_b}")
    if only_a + only_b == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(only_b, only_a + only_b).pvalue)
