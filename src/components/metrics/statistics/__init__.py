"""Bootstrap resamples, estimates with confidence intervals, weighted sums: what all other metrics are built from."""

from components.metrics.statistics.bootstrap import (
    bootstrap_weights,
    mean_estimate,
    mean_of_defined,
    mean_over_replicates,
    percentile_interval,
    replicate_weights,
)
from components.metrics.statistics.estimate import Estimate
from components.metrics.statistics.intervals import interval
from components.metrics.statistics.item_metrics import (
    check_item_metric,
    item_metrics,
    resampled_item_means,
    resampling_units,
)
from components.metrics.statistics.metric_names import check_metric_name
from components.metrics.statistics.photo_statistic import photo_statistic
from components.metrics.statistics.prediction_estimates import estimates, photo_rows
from components.metrics.statistics.ranges import difference_within_range, metric_range, within_range
from components.metrics.statistics.resampling import Measure, block_size, resample
from components.metrics.statistics.weighted import Floats, ratio, weighted_sums
from components.metrics.statistics.wilson import wilson

__all__ = [
    "Estimate",
    "Floats",
    "Measure",
    "block_size",
    "bootstrap_weights",
    "check_item_metric",
    "check_metric_name",
    "difference_within_range",
    "estimates",
    "interval",
    "item_metrics",
    "mean_estimate",
    "mean_of_defined",
    "mean_over_replicates",
    "metric_range",
    "percentile_interval",
    "photo_rows",
    "photo_statistic",
    "ratio",
    "replicate_weights",
    "resample",
    "resampled_item_means",
    "resampling_units",
    "weighted_sums",
    "wilson",
    "within_range",
]
