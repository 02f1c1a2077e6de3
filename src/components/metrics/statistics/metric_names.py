"""The error for a metric name that does not exist."""

from collections.abc import Sequence

from components.errors import ConfigError
from components.wording import did_you_mean


def check_metric_name(metric: str, known: Sequence[str]) -> None:
    """Check that `metric` is one of the known names.

    Raises:
        ConfigError: When it is not; the message suggests the closest name and lists all of them.
    """
    if metric not in known:
        raise ConfigError(f"There is no metric {metric!r}.{did_you_mean(metric, known)} Metrics: {', '.join(known)}")
