"""Selective prediction: risk-coverage curves, and thresholds with a guaranteed error rate."""

from components.metrics.selective.risk_coverage import aurc, auroc, coverage_at_risk, risk_coverage, selective_metrics
from components.metrics.selective.threshold import selective_threshold

__all__ = ["aurc", "auroc", "coverage_at_risk", "risk_coverage", "selective_metrics", "selective_threshold"]
