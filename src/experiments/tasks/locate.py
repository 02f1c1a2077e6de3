"""Task `locate`: compare claimed coordinates with the positions at which photos were taken and with existing points."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components import figures
from components.data import Manifest
from components.errors import DataError
from components.location import (
    Displaced,
    ExifPosition,
    Location,
    Plausibility,
    PositionVerdict,
    exif_position,
    nearest_points,
)
from components.messages import Message, sentence
from components.metrics import Estimate, detection_metrics, wilson
from components.results import PerItemMetrics
from components.storage import atomic_path
from components.wording import counted
from experiments.console import Steps
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.locate_output import NO_EVIDENCE, VERDICTS, show

NAMED_BY = ("location/spacing",)
"""Configuration groups whose options name a run of this task."""

FILE = "locations.csv"


def locate(*, data: Manifest, location: Location, seed: int, run: Run) -> Outcome:
    """Check the claimed coordinates of every photo against the EXIF positions of all photos of its object.

    Args:
        data: The photos; `latitude` and `longitude` are the claims.
        location: Position check, spacing rule of a game, visual prior, and displacement of claims for evaluation.
        seed: Seed that decides which claims are displaced, and seed of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        The share of claims with evidence and, if claims were displaced, how well these are detected. The folder of
        the run contains locations.csv, with one row per photo, and items.parquet.

    Raises:
        DataError: No photo has coordinates.
    """
    if not np.isfinite(data.latitude).any():
        raise DataError(
            f"No photo of {data.origin or data.root} has claimed coordinates: task=locate needs the columns latitude "
            "and longitude (data=table)"
        )
    claims = location.displacement(data.latitude, data.longitude, seed=seed)
    positions = read_positions(data)
    verdicts = check_claims(data, claims, positions, location)
    plausibility = location.visual_prior(data.files, claims.latitude, claims.longitude)
    table = verdict_table(data, claims, positions, verdicts, location, plausibility)
    with atomic_path(run.folder / FILE) as path:
        table.to_csv(path, index=False)
    write_items(run.folder, [per_photo(data, claims, verdicts, location)])
    metrics = verdict_metrics(claims, verdicts, location, seed) | visual_prior_metrics(claims, plausibility, seed)
    photos, displaced = counted(len(data), "photo"), f"{counted(int(claims.wrong.sum()), 'claim')} moved on purpose"
    checked = table[table["verdict"] != NO_EVIDENCE]
    undrawn: list[str] = []
    if len(checked):
        subtitle = " · ".join([run.subtitle, photos, *([displaced] if claims.wrong.any() else [])])
        undrawn = figures.save_figures(
            run.figures, {"position_offsets": lambda: figures.position_offsets(checked, subtitle=subtitle)}
        )
    return Outcome(
        metrics=metrics,
        protocol=f"{photos} · {displaced}",
        notes=tuple(undrawn),
        left_out=data.left_out,
        show=partial(show, table, metrics),
    )


def read_positions(data: Manifest) -> list[ExifPosition]:
    """Read the EXIF position of every photo."""
    positions = []
    with Steps("EXIF positions", len(data)) as steps:
        for path in data.files:
            positions.append(exif_position(path))
            steps.step("")
    return positions


def object_names(data: Manifest) -> NDArray[np.str_]:
    """Return the object id of each photo; a photo without one is an object of its own, named by its path."""
    return np.where(data.object_id == "", data.path, data.object_id).astype(str)


def check_claims(
    data: Manifest, claims: Displaced, positions: Sequence[ExifPosition], location: Location
) -> list[PositionVerdict]:
    """Check each claim against the positions of its photo and of the other photos of the same object.

    Args:
        data: The n photos.
        claims: Claimed coordinates, some of them possibly displaced.
        positions: n EXIF positions.
        location: Contains the position check.
    """
    keys = [name or f"\0{row}" for row, name in enumerate(data.object_id.tolist())]
    rows_of_object: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows_of_object.setdefault(key, []).append(row)
    verdicts = []
    for row, key in enumerate(keys):
        rows = [row, *(other for other in rows_of_object[key] if other != row)]
        names: list[str | Message] = [Message("this_photo"), *(data.path[other] for other in rows[1:])]
        claim = float(claims.latitude[row]), float(claims.longitude[row])
        verdicts.append(location.check.check(*claim, [positions[other] for other in rows], names))
    return verdicts


def verdict_table(
    data: Manifest,
    claims: Displaced,
    positions: Sequence[ExifPosition],
    verdicts: Sequence[PositionVerdict],
    location: Location,
    plausibility: Plausibility,
) -> pd.DataFrame:
    """Return one row per photo: claim, verdict, evidence, nearest other object, spacing rule, and visual prior.

    The columns visual_prior_percentile and visual_prior_log_ratio of the visual prior are left out if there is none.
    """
    objects = object_names(data)
    names, first_rows = np.unique(objects, return_index=True)
    points = data.latitude[first_rows], data.longitude[first_rows]
    nearest, metres = nearest_points(claims.latitude, claims.longitude, points, min(2, len(names)))
    barring = location.spacing(claims.latitude, claims.longitude, points)
    rows = []
    for row, verdict in enumerate(verdicts):
        neighbours = [
            (names[point], distance)
            for point, distance in zip(nearest[row], metres[row], strict=True)
            if point >= 0 and names[point] != objects[row]
        ]
        barred_by = [names[point] for point in barring[row] if names[point] != objects[row]]
        rows.append(
            {
                "path": data.path[row],
                "latitude": claims.latitude[row],
                "longitude": claims.longitude[row],
                "moved_metres": claims.metres[row],
                "verdict": verdict.word,
                "probability": verdict.probability,
                "metres": verdict.metres,
                "expected_metres": verdict.expected_metres,
                "exif_latitude": positions[row].latitude,
                "exif_longitude": positions[row].longitude,
                "evidence": sentence(verdict.evidence),
                "nearest_object": neighbours[0][0] if neighbours else "",
                "nearest_metres": neighbours[0][1] if neighbours else np.nan,
                "barred_by": "; ".join(barred_by),
            }
        )
    table = pd.DataFrame(rows)
    if plausibility.known.any():
        table["visual_prior_percentile"], table["visual_prior_log_ratio"] = (
            plausibility.percentile,
            plausibility.log_ratio,
        )
    return table


def visual_prior_metrics(claims: Displaced, plausibility: Plausibility, seed: int) -> dict[str, Estimate]:
    """Return auroc_visual_prior, which measures how well the visual prior alone detects displaced claims.

    Empty if no claim with a result of the visual prior was displaced, or all of them were.
    """
    wrong = claims.wrong[plausibility.known]
    if not wrong.any() or wrong.all():
        return {}
    return {
        "auroc_visual_prior": detection_metrics(wrong, -plausibility.log_ratio[plausibility.known], seed=seed)["auroc"]
    }


def has_evidence(verdicts: Sequence[PositionVerdict]) -> NDArray[np.bool_]:
    """Return (n,) whether a claim could be checked."""
    return np.array([verdict.word != NO_EVIDENCE for verdict in verdicts])


def verdict_metrics(
    claims: Displaced, verdicts: Sequence[PositionVerdict], location: Location, seed: int
) -> dict[str, Estimate]:
    """Return coverage, the share of claims with evidence, and metrics over the claims with evidence.

    If claims were displaced, these are the detection metrics of displaced claims; otherwise the share of each verdict.
    """
    checked, n = has_evidence(verdicts), len(verdicts)
    metrics = {"coverage": _share(int(checked.sum()), n)}
    if not checked.any():
        return metrics
    wrong = claims.wrong[checked]
    if wrong.any() and not wrong.all():
        suspicion = np.array([1 - verdict.probability for verdict in verdicts])[checked]
        return metrics | detection_metrics(wrong, suspicion, threshold=1 - location.check.refuse, seed=seed)
    for word in VERDICTS:
        metrics[word] = _share(sum(verdict.word == word for verdict in verdicts), int(checked.sum()))
    return metrics


def _share(count: int, total: int) -> Estimate:
    share = count / total
    return Estimate(share, *wilson(count, total), n=total, values=(share,))


def per_photo(
    data: Manifest, claims: Displaced, verdicts: Sequence[PositionVerdict], location: Location
) -> PerItemMetrics:
    """Return the metrics of each photo for items.parquet; their means are metrics of `verdict_metrics`.

    The headline metric is the Brier score of the probability that a claim is wrong if claims were displaced, and
    coverage otherwise. Photos of one object are one group.
    """
    checked = has_evidence(verdicts)
    coverage = checked.astype(np.float64)
    wrong = claims.wrong[checked]
    metrics: dict[str, NDArray[np.float64]]
    if wrong.any() and not wrong.all():
        suspicion = np.where(checked, [1 - verdict.probability for verdict in verdicts], np.nan)
        flagged = np.where(checked, suspicion >= 1 - location.check.refuse, np.nan).astype(np.float64)
        metrics = {
            "brier": (suspicion - claims.wrong) ** 2,
            "recall": np.where(claims.wrong, flagged, np.nan),
            "false_positive_rate": np.where(claims.wrong, np.nan, flagged),
            "coverage": coverage,
        }
    else:
        shares = {
            word: np.where(checked, [float(verdict.word == word) for verdict in verdicts], np.nan) for word in VERDICTS
        }
        metrics = {"coverage": coverage} | shares
    return PerItemMetrics(data.path, metrics, object_names(data).astype(object))
