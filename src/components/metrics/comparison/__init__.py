"""Comparisons of two runs on the items they share: difference, interval, p value and verdict."""

from components.metrics.comparison.items import compare_items
from components.metrics.comparison.mcnemar import mcnemar
from components.metrics.comparison.metric_registry import check_metric
from components.metrics.comparison.partitions import compare_partitions
from components.metrics.comparison.predictions import compare, compare_all
from components.metrics.comparison.published_counts import CountsVerdict, compare_counts
from components.metrics.comparison.verdict_table import Comparison, verdict_table
from components.metrics.comparison.verdicts import LOWER_IS_BETTER, Verdict, holm, with_holm

__all__ = [
    "LOWER_IS_BETTER",
    "Comparison",
    "CountsVerdict",
    "Verdict",
    "check_metric",
    "compare",
    "compare_all",
    "compare_counts",
    "compare_items",
    "compare_partitions",
    "holm",
    "mcnemar",
    "verdict_table",
    "with_holm",
]
