"""Clusterings: agreement with classes (ARI, AMI, V-measure), contingency tables, silhouettes, agreement of seeds."""

from components.metrics.clustering.clustering import chance_warning, check_partitions, clustering_metrics
from components.metrics.clustering.contingency import Contingency, contingency, matched, pair_confusion
from components.metrics.clustering.partition_metrics import (
    PARTITION_METRICS,
    check_partition_metric,
    partition_metrics,
    resampled_partition_metrics,
)
from components.metrics.clustering.seed_agreement import ari_between_seeds
from components.metrics.clustering.silhouette import silhouettes

__all__ = [
    "PARTITION_METRICS",
    "Contingency",
    "ari_between_seeds",
    "chance_warning",
    "check_partition_metric",
    "check_partitions",
    "clustering_metrics",
    "contingency",
    "matched",
    "pair_confusion",
    "partition_metrics",
    "resampled_partition_metrics",
    "silhouettes",
]
