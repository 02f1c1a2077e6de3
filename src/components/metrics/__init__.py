"""Metrics with confidence intervals, and comparisons of runs.

Every metric is computed on results (`components.results`) and returned as an `Estimate`: value, interval, number of
items. Each sub-room answers one question:

- `statistics`: how certain is a mean? Bootstrap resamples, intervals, means over items.
- `classification`: how often, and how confidently, is the predicted class right?
- `open_set`: are photos of none of the classes recognised, and at what cost for the others?
- `clustering`: do the clusters agree with the classes, and with those of another seed?
- `retrieval`: are the right photos at the top of a ranking, and are pairs of one object found?
- `selective`: how many decisions can be made automatically at a tolerated error rate?
- `comparison`: is a run better than another one, or could the difference be chance?

`classification` builds on `statistics`, `open_set` on `classification`; `clustering`, `retrieval` and `selective` on
`statistics`; `comparison` on all of them.
"""

from components.metrics.classification import (
    UNKNOWN_NAME,
    calibration_table,
    check_known_truth,
    check_replicates,
    class_report,
    classification_metrics,
    confusion,
    expected_calibration_error,
    is_closed_set,
    label_names,
)
from components.metrics.clustering import (
    Contingency,
    ari_between_seeds,
    chance_warning,
    check_partition_metric,
    check_partitions,
    clustering_metrics,
    contingency,
    matched,
    pair_confusion,
    silhouettes,
)
from components.metrics.comparison import (
    LOWER_IS_BETTER,
    Comparison,
    CountsVerdict,
    Verdict,
    check_metric,
    compare,
    compare_all,
    compare_counts,
    compare_items,
    compare_partitions,
    holm,
    mcnemar,
    verdict_table,
    with_holm,
)
from components.metrics.open_set import (
    OpenSetCurve,
    acceptance_threshold,
    check_unknown_scores,
    detection_metrics,
    injected_items,
    injected_metrics,
    open_set_curve,
    open_set_metrics,
)
from components.metrics.retrieval import ScoredPairs, agreement, pair_metrics, ranks_of_own, retrieval_items
from components.metrics.selective import (
    aurc,
    auroc,
    coverage_at_risk,
    risk_coverage,
    selective_metrics,
    selective_threshold,
)
from components.metrics.statistics import (
    Estimate,
    check_item_metric,
    item_metrics,
    mean_estimate,
    metric_range,
    photo_statistic,
    wilson,
    within_range,
)

__all__ = [
    "LOWER_IS_BETTER",
    "UNKNOWN_NAME",
    "Comparison",
    "Contingency",
    "CountsVerdict",
    "Estimate",
    "OpenSetCurve",
    "ScoredPairs",
    "Verdict",
    "acceptance_threshold",
    "agreement",
    "ari_between_seeds",
    "aurc",
    "auroc",
    "calibration_table",
    "chance_warning",
    "check_item_metric",
    "check_known_truth",
    "check_metric",
    "check_partition_metric",
    "check_partitions",
    "check_replicates",
    "check_unknown_scores",
    "class_report",
    "classification_metrics",
    "clustering_metrics",
    "compare",
    "compare_all",
    "compare_counts",
    "compare_items",
    "compare_partitions",
    "confusion",
    "contingency",
    "coverage_at_risk",
    "detection_metrics",
    "expected_calibration_error",
    "holm",
    "injected_items",
    "injected_metrics",
    "is_closed_set",
    "item_metrics",
    "label_names",
    "matched",
    "mcnemar",
    "mean_estimate",
    "metric_range",
    "open_set_curve",
    "open_set_metrics",
    "pair_confusion",
    "pair_metrics",
    "photo_statistic",
    "ranks_of_own",
    "retrieval_items",
    "risk_coverage",
    "selective_metrics",
    "selective_threshold",
    "silhouettes",
    "verdict_table",
    "wilson",
    "with_holm",
    "within_range",
]
