"""Result types: predictions, partitions and metrics per item, which metrics, figures and comparisons read."""

from components.results.partitions import NOISE, Partition
from components.results.per_item_metrics import PerItemMetrics
from components.results.predictions import UNKNOWN, Predictions

__all__ = ["NOISE", "UNKNOWN", "Partition", "PerItemMetrics", "Predictions"]
