"""Task `review`: check proposals and recommend to accept them, to reject them or to ask a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from components.data import Manifest, filter_mask, hashed
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import Location
from components.metrics import Estimate, item_metrics
from components.review import Calibration, InjectedFaults, QualityCheck, calibrate
from components.storage import atomic_path, cache_folder
from components.wording import counted
from experiments.models import load_classifier, load_matcher
from experiments.runs import Outcome, Run, find_run, write_items
from experiments.tasks.review.evaluation import check_metrics, decision_metrics, split_proposals
from experiments.tasks.review.finding import suspicions_of
from experiments.tasks.review.output import draw, show
from experiments.tasks.review.pages import write_pages
from experiments.tasks.review.reviewer import CALIBRATION, Reviewer, load_calibration
from experiments.tasks.review.table import review_table, write_tables

NAMED_BY = ("embedder", "faults")
"""Configuration groups whose options name a run of this task."""


def review(
    *,
    data: Manifest,
    filters: Mapping[str, Any] | None,
    existing: Manifest | None,
    classifier: str | None,
    matcher: str | None,
    embedder: Embedder,
    features: Embedder,
    location: Location,
    quality: QualityCheck,
    faults: Callable[..., InjectedFaults],
    n_test: int,
    calibration: str | None,
    max_error_rate: float,
    device: str,
    seed: int,
    run: Run,
) -> Outcome:
    """Review every proposal.

    Args:
        data: The proposals: photo, claimed label, title, description, coordinates and, optionally, `second_photo`, the
            path of another photo.
        filters: Which proposals are reviewed, see `components.data.filter_mask`; None: all.
        existing: Photos of the existing points; None: there are none.
        classifier: Id of a run of `classify` or `open_set`; None: the class is not checked.
        matcher: Id of a run of `match`; None: duplicates are found by the cosine of `features`.
        embedder: Embedder of photos and texts, for the text check.
        features: Embedder of photos, for the duplicate check.
        location: Position check.
        quality: Check of sharpness, brightness and size.
        faults: Injects faults into the proposals (`inject_faults`), to calibrate and evaluate the review, or none.
        n_test: Number of test proposals with injected faults; the review is calibrated on the others.
        calibration: Id of an earlier review with injected faults, whose calibration is used; None: if no faults are
            injected, every recommendation is to ask a person.
        max_error_rate: Tolerated share of wrong decisions, among accepted and among rejected proposals each.
        device: Device of the classifier, or "auto".
        seed: Seed of the injected faults, of the test proposals and of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        With injected faults, metrics of the decisions and of the checks on the test proposals. The folder of the run
        contains review.csv and review.jsonl, with one row per proposal, and pages/, with one page per proposal.

    Raises:
        ConfigError: A named run does not exist or is of another task, or `calibration` is set with injected faults.
        DataError: There are too few proposals to calibrate on.
    """
    original = hashed(data.take(filter_mask(data, filters or {})))
    points = data.take(np.empty(0, dtype=np.int64)) if existing is None else existing
    injected = faults(original, points, seed=seed, folder=cache_folder("blurred"))
    proposals = injected.proposals
    reviewer = Reviewer(
        existing=injected.existing,
        classifier=load_classifier(*find_run(classifier, run.output), device) if classifier else None,
        embedder=embedder,
        features=features,
        matcher=load_matcher(find_run(matcher, run.output)[0]) if matcher else None,
        location=location,
        quality=quality,
    )
    findings = reviewer.findings(proposals)
    has_faults = bool((injected.faults != "").any())
    if has_faults and calibration:
        raise ConfigError(
            f"calibration={calibration} uses the calibration of an earlier review, and faults=injected fits a new one: "
            "set only one of them"
        )
    rows = np.arange(len(proposals))
    fitted: Calibration | None = load_calibration(calibration, run.output) if calibration else None
    if has_faults:
        rows, calibration_rows = split_proposals(proposals, n_test, seed)
        suspicions = {check: values[calibration_rows] for check, values in suspicions_of(findings).items()}
        known_faults = injected.faults[calibration_rows]
        fitted = calibrate(suspicions, known_faults, max_error_rate=max_error_rate, seed=seed)
        with atomic_path(run.folder / CALIBRATION) as path:
            path.write_text(json.dumps(fitted.to_dict(), indent=1) + "\n", encoding="utf-8")
    table = review_table(proposals, findings, fitted, injected.faults).iloc[rows].reset_index(drop=True)
    write_tables(run.folder, table)
    write_pages(run.folder / "pages", proposals, injected.existing, table, findings, rows)
    metrics: dict[str, Estimate] = {}
    if has_faults and fitted:
        # named by the original path: that of a photo with a fault contains the folder of the cache
        items = decision_metrics(original.path[rows], table["recommendation"].to_numpy(), injected.faults[rows])
        write_items(run.folder, [items])
        metrics = item_metrics([items], seed=seed) | check_metrics(findings, fitted, injected.faults, rows, seed)
    undrawn = draw(run.figures, table, findings, fitted, rows, run.subtitle)
    n_photos = counted(len(injected.existing), "photo")
    notes = ("Without a calibration every recommendation is to ask a person: run experiment=extend/review",)
    return Outcome(
        metrics=metrics,
        protocol=f"{counted(len(rows), 'proposal')} · {n_photos} of existing points",
        notes=(*(() if fitted else notes), *undrawn),
        left_out=data.left_out,
        show=partial(show, table, metrics, fitted),
    )
