"""Comparison of two runs in metrics of their predictions."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from components.errors import DataError
from components.metrics.classification import UNKNOWN_NAME, check_replicates, is_closed_set, label_names
from components.metrics.comparison.difference import Measured, metric_verdict
from components.metrics.comparison.mcnemar import mcnemar
from components.metrics.comparison.metric_registry import AUC, BY_KIND, check_metric, named_metrics
from components.metrics.comparison.shared_rows import (
    Ids,
    check_not_empty,
    check_pairable,
    check_same_labels,
    mask_of,
    shared_ids,
)
from components.metrics.comparison.unknown_kinds import check_kinds, count_photos_of_kind, new_kinds_differ
from components.metrics.comparison.verdicts import Verdict
from components.metrics.open_set import RANKING, check_unknown_scores
from components.metrics.statistics import Floats, block_size, photo_rows, resample
from components.results import Predictions

Replicates = Sequence[Predictions]

ACCURACY = ("accuracy", "recall_weighted")
"""Two names of the proportion of correct photos, which McNemar's test compares."""


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
    """Compare run `b` with run `a` in one metric; `comparison.difference` describes the method.

    Args:
        a: The baseline: predictions of each of its replicates.
        b: The run, of the same classes; where the test photos differ, the shared ones count.
        metric: Name of a metric of `classification_metrics` or `open_set_metrics`.
        paired: Compare replicate r of `b` with replicate r of `a`; needs the same number of both. By default, pair them
            if there is the same number and the replicates of a run differ in their test photos (one split per seed) or,
            for metrics of new kinds, in the kinds held out. On the same photos equal seeds have little in common, and
            pairing would only reduce the degrees of freedom.
        n_resamples: Number of bootstrap resamples.
        confidence: Coverage of the interval; 1 - confidence is the significance level.
        seed: Seed of the bootstrap.

    Raises:
        ConfigError: When there is no such metric.
        DataError: When the runs cannot be compared, or not in this metric.
    """
    return compare_all(a, b, (metric,), paired=paired, n_resamples=n_resamples, confidence=confidence, seed=seed)[0]


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
    """Compare run `b` with run `a` in several metrics, as `compare` does in one.

    Args:
        a: The baseline.
        b: The run.
        metrics: Names of metrics.
        paired: As in `compare`.
        n_resamples: As in `compare`.
        confidence: As in `compare`.
        seed: As in `compare`.
        photos: "shared" restricts both runs to the test photos that they share. "own" keeps all test photos of each
            run, in resamples of the photos of both: this measures how other test photos change the metric, which would
            not show on the shared ones.

    Returns:
        One verdict per metric, not corrected for the others.

    Raises:
        ConfigError: When there is no such metric.
        DataError: When the runs cannot be compared, or not in one of the metrics.
    """
    for metric in metrics:
        check_metric(metric)
    if not a or not b:
        raise DataError("no predictions to compare: give at least one replicate of each run")
    pair, pair_by_kind = _pairing(a, b, paired)
    if photos == "shared":
        a, b = _share_photos(a, b, paired=pair)
    else:
        check_replicates([*a, *b])
    both = [*a, *b]
    _check_needs(a, b, metrics)
    n_labels = len(label_names(both))
    rows, n_photos = photo_rows(both)

    def measure(number: int, weights: Floats) -> dict[str, Floats]:
        return named_metrics(both[number], weights, n_labels, metrics)

    whole = [measure(number, np.ones((len(replicate), 1))) for number, replicate in enumerate(both)]
    block = block_size(n_photos, n_labels**2)
    resampled = resample(measure, rows, n_photos, n_resamples, block, np.random.default_rng(seed))
    exact = mcnemar(*_discordant(a[0], b[0])) if photos == "shared" and set(ACCURACY) & set(metrics) else None
    return [
        metric_verdict(
            metric,
            Measured(np.array([values[metric][0] for values in whole]), resampled[metric], len(a)),
            n=count_photos_of_kind(both, BY_KIND[metric]) if metric in BY_KIND else n_photos,
            items="test photos",
            paired=pair_by_kind if metric in BY_KIND else pair,
            confidence=confidence,
            p_mcnemar=exact if metric in ACCURACY else None,
        )
        for metric in metrics
    ]


def _pairing(a: Replicates, b: Replicates, paired: bool | None) -> tuple[bool, bool]:
    """Return whether replicates are paired, in general and for metrics of one kind of unknown photos."""
    if paired is None:
        same_number = len(a) == len(b)
        pair = same_number and (_tested_on_different_photos(a) or _tested_on_different_photos(b))
        return pair, pair or (same_number and new_kinds_differ(a))
    if paired:
        check_pairable(a, b)
    return paired, paired


def _tested_on_different_photos(replicates: Replicates) -> bool:
    """Return whether the test photos differ between the replicates of a run, as with one split per replicate."""
    first = set(replicates[0].ids.tolist())
    return any(set(replicate.ids.tolist()) != first for replicate in replicates[1:])


def _check_needs(a: Replicates, b: Replicates, metrics: Sequence[str]) -> None:
    """Check that the runs have the kinds and the unknown scores that the metrics need."""
    by_kind = [metric for metric in metrics if metric in BY_KIND]
    if by_kind:
        check_kinds(a, b, by_kind)
    uses_scores = by_kind or not set(metrics).isdisjoint(RANKING)
    if uses_scores or not (is_closed_set([*a, *b]) or set(metrics).isdisjoint(AUC)):
        check_unknown_scores([*a, *b])


def _share_photos(a: Replicates, b: Replicates, *, paired: bool) -> tuple[list[Predictions], list[Predictions]]:
    """Restrict both runs to the photos that they share; see `shared_ids`.

    Raises:
        DataError: When the replicates of a run cannot be averaged, the classes or the label of a photo differ, or they
            share fewer than two photos.
    """
    check_replicates(a)
    check_replicates(b)
    if a[0].class_names != b[0].class_names:
        raise DataError(
            f"the runs have different classes: ({', '.join(a[0].class_names)}) and ({', '.join(b[0].class_names)}); "
            "only runs with the same classes, in the same order, can be compared"
        )
    shared = shared_ids(a, b, "test photo", "compare runs on the same data and split", paired=paired)
    kept_a, kept_b = (
        [_keep(replicate, shared[number if paired else 0]) for number, replicate in enumerate(run)] for run in (a, b)
    )
    check_not_empty(kept_a, kept_b, "test photo")
    check_same_labels(map(_labels, kept_a), map(_labels, kept_b))
    return kept_a, kept_b


def _keep(predictions: Predictions, photos: set[str]) -> Predictions:
    mask = mask_of(predictions.ids, photos)
    return predictions if mask.all() else predictions.take(mask)


def _labels(predictions: Predictions) -> tuple[Ids, Ids]:
    """Return ids and true labels by name; `UNKNOWN`, -1, indexes the last name."""
    names = np.array([*predictions.class_names, UNKNOWN_NAME], dtype=object)
    return predictions.ids, names[predictions.y_true]


def _discordant(a: Predictions, b: Predictions) -> tuple[int, int]:
    """Count the shared photos that only `a` classifies correctly, and those that only `b` does."""
    of_a = dict(zip(a.ids.tolist(), (a.y_pred == a.y_true).tolist(), strict=True))
    both = [
        (of_a[photo], correct)
        for photo, correct in zip(b.ids.tolist(), (b.y_pred == b.y_true).tolist(), strict=True)
        if photo in of_a
    ]
    return both.count((True, False)), both.count((False, True))
