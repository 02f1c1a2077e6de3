"""Whether a run is better than another, in one metric or in many."""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from components.errors import ConfigError, DataError
from components.metrics.comparison.difference import mean_of_defined, resampled_differences, standard_error, students
from components.metrics.comparison.mcnemar import mcnemar
from components.metrics.comparison.metric_registry import AREAS, OF_KINDS, check_metric, measure, nearest
from components.metrics.comparison.shared_rows import (
    Replicates,
    check_kinds,
    held_out_apart,
    photos_of_kind,
    share_photos,
    tested_apart,
)
from components.metrics.comparison.verdicts import Verdict, judge, with_holm
from components.metrics.open_set.ranking import RANKED
from components.metrics.open_set.subsets import check_unknown_scores
from components.metrics.statistics.replicates import check_replicates, closed_set, label_names
from components.metrics.statistics.resampling import rows_of_photos
from components.results import Predictions

log = logging.getLogger(__name__)

SHARE_RIGHT = ("accuracy", "recall_weighted")
"""The same number by two names: the share of photos that are right, which McNemar's test is about."""


def compare(
    a: Replicates,
    b: Replicates,
    metric: str = "accuracy",
    *,
    paired: bool | None = None,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Verdict:
    """Say whether run `b` is better than run `a`; `components.metrics.comparison.difference` has the method.

    Args:
        a: The baseline: predictions of each of its replicates.
        b: The run, of the same classes; where its test photos differ, the shared ones count.
        metric: A name of `classification_metrics` or of `open_set_metrics`.
        paired: Set replicate r of `a` beside replicate r of `b`, which needs as many of both. None: where the
            replicates of a run were tested on different photos, as with a split for each seed or, for metrics of
            new kinds, other kinds held out, if there are as many; on the same photos equal seeds have little in
            common, and pairing would only cost degrees of freedom.
        n_resamples: Draws of the bootstrap.
        confidence: Coverage of the interval; 1 - confidence is the level of the verdict.
        seed: Of the bootstrap.

    Raises:
        ConfigError: When there is no such metric.
        DataError: When the runs cannot be compared (see `share_photos`), or not in this metric.
    """
    return compare_all(a, b, (metric,), paired=paired, n_resamples=n_resamples, confidence=confidence, seed=seed)[0]


class Comparison(Protocol):
    """Holds two runs together in some metrics: `compare_all`, and the like for results of other kinds."""

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
        """A verdict on run `b` beside run `a` for each metric, none adjusted for the others."""


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
        baseline: Name of the run that the others are held against.
        metrics: Each as `metric` of `compare`.
        comparison: Holds two runs together; None: `compare_all`, for runs that are predictions.
        paired: As in `compare`.
        n_resamples: As in `compare`.
        confidence: As in `compare`, of each interval by itself.
        seed: As in `compare`.

    Returns:
        One row a run and metric, without the baseline: run, and the attributes of `Verdict`, its `replicates`
        as baseline_replicates and replicates.

    Raises:
        ConfigError: When there is no such run or metric.
        DataError: When two runs cannot be compared; the message names them.
    """
    if baseline not in runs:
        raise ConfigError(f"There is no run {baseline!r} to hold the others against.{nearest(baseline, list(runs))}")
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
    rows = [{"run": name, **vars(one)} for name, one in zip(names, with_holm(verdicts, confidence), strict=True)]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(columns.index("replicates"), "baseline_replicates", [one.replicates[0] for one in verdicts])
    table["replicates"] = [one.replicates[1] for one in verdicts]
    return table


def compare_all(
    a: Replicates,
    b: Replicates,
    metrics: Sequence[str],
    *,
    paired: bool | None = None,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
    photos: Literal["shared", "own"] = "shared",
) -> list[Verdict]:
    """`compare` in several metrics: a verdict each, none adjusted for the others.

    `photos`: "own" leaves each run all of its test photos, drawn in the same resamples of those of both. That asks
    what a test with other photos does to the figure; on the shared ones it would do nothing.
    """
    for metric in metrics:
        check_metric(metric)
    if not a or not b:
        raise DataError("no predictions to compare: give at least one replicate of each run")
    by_kind = [metric for metric in metrics if metric in OF_KINDS]
    paired_by_kind = paired
    if paired is None:
        paired = len(a) == len(b) and (tested_apart(a) or tested_apart(b))
        paired_by_kind = paired or (len(a) == len(b) and held_out_apart(a))
    elif paired and len(a) != len(b):
        raise DataError(f"{len(a)} and {len(b)} replicates cannot be paired: train as many, or compare them unpaired")
    if photos == "shared":
        a, b = share_photos(a, b, paired=paired)
    else:
        check_replicates([*a, *b])
    if by_kind:
        check_kinds(a, b, by_kind)
    if by_kind or not set(metrics).isdisjoint(RANKED) or not (closed_set([*a, *b]) or set(metrics).isdisjoint(AREAS)):
        check_unknown_scores([*a, *b])
    size = len(label_names([*a, *b]))
    rows, n = rows_of_photos([*a, *b])

    whole = [measure(one, np.ones((len(one), 1)), size, metrics) for one in (*a, *b)]
    resampled = resampled_differences([*a, *b], len(a), rows, n, size, metrics, n_resamples, seed)
    mcnemars = photos == "shared" and set(SHARE_RIGHT) & set(metrics)
    exact = mcnemar(*_discordant(a[0], b[0])) if mcnemars else None
    verdicts = []
    for metric in metrics:
        values = np.array([one[metric][0] for one in whole])
        of_a, of_b = values[: len(a)], values[len(a) :]
        before, after = mean_of_defined(of_a), mean_of_defined(of_b)
        difference = after - before
        if math.isnan(difference):
            log.warning("%s is undefined on these %d test photos: there is no verdict on it", metric, n)
        pairs = bool(paired_by_kind if metric in OF_KINDS else paired)
        counted = photos_of_kind([*a, *b], OF_KINDS[metric]) if metric in OF_KINDS else n
        error, freedom = standard_error(of_a, of_b, resampled[metric], counted, pairs)
        half, p = students(difference, error, freedom, counted, confidence)
        p_mcnemar = exact if metric in SHARE_RIGHT else None
        if p_mcnemar is not None and len(a) == len(b) == 1:
            p = p_mcnemar
        verdicts.append(
            Verdict(
                metric=metric,
                baseline=before,
                value=after,
                difference=difference,
                low=difference - half,
                high=difference + half,
                p=p,
                p_adjusted=p,
                verdict=judge(metric, difference, p, confidence),
                n=counted,
                replicates=(len(a), len(b)),
                paired=pairs,
                p_mcnemar=p_mcnemar,
            )
        )
    return verdicts


def _discordant(a: Predictions, b: Predictions) -> tuple[int, int]:
    """Photos of both models that only `a` has right, and that only `b` has right."""
    of_a = dict(zip(a.ids.tolist(), (a.y_pred == a.y_true).tolist(), strict=True))
    both = [
        (of_a[photo], right)
        for photo, right in zip(b.ids.tolist(), (b.y_pred == b.y_true).tolist(), strict=True)
        if photo in of_a
    ]
    return both.count((True, False)), both.count((False, True))
