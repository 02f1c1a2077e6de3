"""Verdicts in words, as the page shows them."""

import math
from dataclasses import dataclass

from components.metrics import Verdict
from experiments.console import difference_text, heading, p_text
from experiments.summary import SweepRow


@dataclass(frozen=True)
class VerdictWords:
    """A verdict in words.

    Attributes:
        verdict: better, worse, indistinguishable or baseline.
        metric: Name of the metric; "" for the baseline.
        difference: Difference from the reference run; None if it is undefined.
        words: The difference with its interval.
        p: The adjusted p value.
    """

    verdict: str
    metric: str = ""
    difference: float | None = None
    words: str = ""
    p: str = ""

    @property
    def heading(self) -> str:
        """What tables call the metric."""
        return heading(self.metric)


def verdicts_of(row: SweepRow) -> tuple[VerdictWords, ...]:
    """Return the verdicts on a run, the one in the headline metric first; () if it was not compared."""
    if row.is_baseline:
        return (VerdictWords("baseline"),)
    return tuple(_in_words(verdict) for verdict in (row.verdict, *row.further_verdicts) if verdict is not None)


def _in_words(verdict: Verdict) -> VerdictWords:
    if math.isnan(verdict.difference):
        return VerdictWords(verdict.verdict)
    difference = difference_text(verdict.difference, verdict.low, verdict.high)
    return VerdictWords(verdict.verdict, verdict.metric, verdict.difference, difference, p_text(verdict.p_adjusted))
