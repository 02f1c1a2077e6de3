"""Comparison of several runs with a baseline, corrected for multiple comparisons."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from components.errors import ConfigError, DataError
from components.metrics.comparison.predictions import compare_all
from components.metrics.comparison.verdicts import Verdict, with_holm
from components.wording import did_you_mean


class Comparison(Protocol):
    """A function that compares two runs in several metrics: `compare_all`, `compare_items`, `compare_partitions`."""

    def __call__(
        self,
        a: Sequence[Any],
        b: Sequence[Any],
        metrics: Sequence[str],
        *,
        paired: bool | None = None,
        n_resamples: int = 2000,
        confidence: float = 0.95,
        seed: int = 0,
    ) -> list[Verdict]:
        """Return a verdict on run `b` compared with run `a` for each metric, not corrected for the others."""


def verdict_table(
    runs: Mapping[str, Sequence[Any]],
    baseline: str,
    metrics: Sequence[str] = ("accuracy",),
    *,
    comparison: Comparison | None = None,
    paired: bool | None = None,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare runs with a baseline in some metrics, as one family under Holm's correction.

    Args:
        runs: Replicates of each run, by name.
        baseline: Name of the run that the others are compared with.
        metrics: Names of metrics, as in `compare`.
        comparison: Compares two runs; `compare_all`, for predictions, by default.
        paired: As in `compare`.
        n_resamples: As in `compare`.
        confidence: As in `compare`, for each interval on its own.
        seed: As in `compare`.

    Returns:
        One row per metric of each run other than the baseline, with the columns run and the attributes of `Verdict`;
        `Verdict.replicates` is split into baseline_replicates and replicates.

    Raises:
        ConfigError: When there is no such run or metric.
        DataError: When two runs cannot be compared; the message names them.
    """
    if baseline not in runs:
        raise ConfigError(f"There is no run {baseline!r} to use as the baseline.{did_you_mean(baseline, runs)}")
    names: list[str] = []
    verdicts: list[Verdict] = []
    for name, replicates in runs.items():
        if name == baseline:
            continue
        try:
            found = (comparison or compare_all)(
                runs[baseline],
                replicates,
                metrics,
                paired=paired,
                n_resamples=n_resamples,
                confidence=confidence,
                seed=seed,
            )
        except DataError as error:
            raise DataError(f"{baseline} and {name}: {error}") from error
        names += [name] * len(found)
        verdicts += found
    columns = ["run", *Verdict.__dataclass_fields__]
    rows = [
        {"run": name, **vars(verdict)} for name, verdict in zip(names, with_holm(verdicts, confidence), strict=True)
    ]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(columns.index("replicates"), "baseline_replicates", [verdict.replicates[0] for verdict in verdicts])
    table["replicates"] = [verdict.replicates[1] for verdict in verdicts]
    return table
