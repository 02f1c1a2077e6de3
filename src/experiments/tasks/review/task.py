"""Task `review`: proposals in; what every check found, and accept, reject or ask a person, out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, filter_mask, hashed
from components.embedders import Embedder
from components.errors import ConfigError, DataError
from components.location import Location
from components.metrics import Estimate, detection_metrics, item_metrics
from components.results import PerItemMetrics
from components.review import CHECKS, FAULT_OF, Calibration, InjectedFaults, QualityCheck, calibrate
from components.storage import atomic_path, cache_folder
from experiments.models import load_classifier, load_matcher
from experiments.runs import Outcome, Run, find_run, write_items
from experiments.tasks.review.checks import Finding
from experiments.tasks.review.output import draw, show, tabulate, write_pages, write_tables
from experiments.tasks.review.reviewer import CALIBRATION, Reviewer, load_calibration, suspicions_of


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
        data: The proposals: photo, claimed label, title, description, coordinates, and where there is one
            `second_photo`, a path.
        filters: Which of them are reviewed, see `components.data.filter_mask`; None: all.
        existing: The points that exist; None: there are none.
        classifier: Id of a run of `classify` or `open_set`; None: the class is not checked.
        matcher: Id of a run of `match`; None: duplicates are judged by the cosine of `features`.
        embedder: Of photos and texts.
        features: Of photos, for duplicates.
        location: Checks coordinates.
        quality: Checks sharpness, light and size.
        faults: Plants faults, to calibrate and measure the review on (`inject_faults`), or leaves all as it is.
        n_test: Proposals with planted faults that it is measured on; it is calibrated on the others.
        calibration: Id of an earlier review with planted faults; its thresholds decide.
        max_error_rate: Share of wrong decisions that is tolerated, among accepted and among rejected proposals each.
        device: Where the classifier works.
        seed: Of the planted faults and of who is tested.
        run: Where to write.

    Returns:
        With planted faults, how well decisions and checks do on the proposals tested. One row a proposal lies in
        review.csv and review.jsonl, one page in pages/.

    Raises:
        ConfigError: A run that is named does not exist or is of another task.
        DataError: There are too few proposals to calibrate on.
    """
    asked = hashed(data.take(filter_mask(data, filters or {})))
    planted = faults(asked, nothing(data) if existing is None else existing, seed=seed, folder=cache_folder("blurred"))
    proposals = planted.proposals
    judge = Reviewer(
        existing=planted.existing,
        classifier=load_classifier(*find_run(classifier, run.output), device) if classifier else None,
        embedder=embedder,
        features=features,
        matcher=load_matcher(find_run(matcher, run.output)[0]) if matcher else None,
        location=location,
        quality=quality,
    )
    findings = judge.findings(proposals)
    known = bool((planted.faults != "").any())
    if known and calibration:
        raise ConfigError(
            "calibration is of an earlier review, and faults=injected makes a new one: give one of the two"
        )
    rows = np.arange(len(proposals))
    learned = load_calibration(calibration, run.output) if calibration else None
    if known:
        rows, others = divided(proposals, n_test, seed)
        suspicions = {one.check: one.suspicion[others] for one in findings}
        learned = calibrate(suspicions, planted.faults[others], max_error_rate=max_error_rate, seed=seed)
        with atomic_path(run.folder / CALIBRATION) as path:
            path.write_text(json.dumps(learned.to_dict(), indent=1) + "\n", encoding="utf-8")
    table = tabulate(proposals, findings, learned, planted.faults).iloc[rows].reset_index(drop=True)
    write_tables(run.folder, table)
    write_pages(run.folder / "pages", proposals, planted.existing, table, findings, rows)
    metrics: dict[str, Estimate] = {}
    if known and learned:
        items = measured(table["recommendation"].to_numpy(), planted.faults[rows])
        write_items(run.folder, [items])
        metrics = item_metrics([items], seed=seed) | of_checks(findings, learned, planted.faults, rows, seed)
    draw(run.figures, table, findings, learned, rows, run.subtitle)
    notes = () if learned else ("without calibration every proposal is for a person: run experiment=extend/review",)
    return Outcome(
        metrics=metrics,
        protocol=f"{len(rows)} proposals · {len(planted.existing)} photos of existing points",
        notes=notes,
        left_out=data.left_out,
        show=partial(show, table, metrics, learned),
    )


def nothing(data: Manifest) -> Manifest:
    """No points at all."""
    return data.take(np.empty(0, dtype=np.int64))


def divided(proposals: Manifest, n_test: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the proposals that are tested, and of the others; photos of one object are on one side.

    Raises:
        DataError: There are no more proposals than that.
    """
    names = np.where(proposals.object_id == "", proposals.path, proposals.object_id).astype(str)
    objects, member = np.unique(names, return_inverse=True)
    chosen: list[int] = []
    for one in np.random.default_rng([seed, 1]).permutation(len(objects)):
        rows = np.flatnonzero(member == one)
        if len(chosen) + len(rows) <= n_test:
            chosen += rows.tolist()
    if len(chosen) < n_test or len(chosen) == len(proposals):
        raise DataError(
            f"n_test={n_test}: of {len(proposals)} proposals as many, and others to calibrate on, are needed"
        )
    mask = np.zeros(len(proposals), dtype=bool)
    mask[chosen] = True
    return np.flatnonzero(mask), np.flatnonzero(~mask)


def measured(words: NDArray[np.object_], faults: NDArray[np.object_]) -> PerItemMetrics:
    """Decision by decision: was it decided without a person, and was it right where it was decided so?"""
    good = faults == ""
    accepted, rejected = words == "accept", words == "reject"
    right = np.where(accepted, good, ~good).astype(np.float64)
    decided = accepted | rejected
    return PerItemMetrics(
        np.arange(len(words)).astype(str).astype(object),
        {
            "decided": decided.astype(np.float64),
            "risk": np.where(decided, 1 - right, np.nan),
            "risk_of_accepted": np.where(accepted, 1 - right, np.nan),
            "risk_of_rejected": np.where(rejected, 1 - right, np.nan),
        },
    )


def of_checks(
    findings: Sequence[Finding],
    learned: Calibration,
    faults: NDArray[np.object_],
    rows: NDArray[np.int64],
    seed: int,
) -> dict[str, Estimate]:
    """AUROC of the whole review, and of each check against its fault, on the proposals tested."""
    suspicions = suspicions_of(findings)
    found = {
        "auroc": detection_metrics(faults[rows] != "", 1 - learned.acceptable(suspicions)[rows], seed=seed)["auroc"]
    }
    probabilities = learned.probabilities(suspicions)
    for check in CHECKS:
        if check in probabilities:
            of_check = detection_metrics(faults[rows] == FAULT_OF[check], probabilities[check][rows], seed=seed)
            found |= {f"auroc_{check}": of_check["auroc"], f"recall_{check}": of_check["recall"]}
    return found
