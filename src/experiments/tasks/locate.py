"""Task `locate`: claimed coordinates against where photos were taken, and against the points that exist."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

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
from components.storage import atomic_path
from experiments.console import terminal
from experiments.runs import Outcome, Run
from experiments.tasks.locate_output import show

FILE = "locations.csv"


def locate(*, data: Manifest, location: Location, seed: int, run: Run) -> Outcome:
    """Check the claimed coordinates of every photo, with the evidence of all photos of its object.

    Args:
        data: The photos; `latitude` and `longitude` are the claims.
        location: How they are checked: evidence, a game's rule of spacing, claims moved on purpose.
        seed: Of which claims are moved.
        run: Where to write.

    Returns:
        How many claims could be checked; where claims were moved on purpose, how well these are told from the others.
        One row a photo, with its verdict, evidence and near points, lies in locations.csv.

    Raises:
        DataError: No photo has coordinates.
    """
    if not np.isfinite(data.latitude).any():
        raise DataError(
            f"No photo of {data.origin or data.root} has claimed coordinates: task=locate needs the columns latitude "
            "and longitude (data=table)"
        )
    claims = location.displacement(data.latitude, data.longitude, seed=seed)
    positions = positions_of(data)
    verdicts = verdicts_of(data, claims, positions, location)
    looks = location.visual_prior(data.files, claims.latitude, claims.longitude)
    table = tabulate(data, claims, positions, verdicts, location, looks)
    with atomic_path(run.folder / FILE) as path:
        table.to_csv(path, index=False)
    metrics = measured(claims, verdicts, location, seed) | of_looks(claims, looks, seed)
    subtitle = f"{run.subtitle} · {len(data)} photos"
    if claims.wrong.any():
        subtitle += f" · {int(claims.wrong.sum())} claims moved on purpose"
    checked = table[table["verdict"] != "no evidence"]
    if len(checked):
        figure = figures.position_offsets(checked, subtitle=subtitle)
        figures.save_figure(figure, run.figures / "position_offsets.png")
    return Outcome(
        metrics=metrics,
        protocol=f"{len(data)} photos · {int(claims.wrong.sum())} claims moved on purpose",
        left_out=data.left_out,
        show=partial(show, table, metrics),
    )


def positions_of(data: Manifest) -> list[ExifPosition]:
    """The EXIF position of every photo."""
    found = []
    with terminal.Steps("EXIF positions", len(data)) as steps:
        for path in data.files:
            found.append(exif_position(path))
            steps.step("")
    return found


def verdicts_of(
    data: Manifest, claims: Displaced, positions: Sequence[ExifPosition], location: Location
) -> list[PositionVerdict]:
    """Each claim held against its own photo and the others of the same object."""
    of_object: dict[str, list[int]] = {}
    for row, name in enumerate(data.object_id.tolist()):
        of_object.setdefault(name or f"\0{row}", []).append(row)
    found = []
    for row, name in enumerate(data.object_id.tolist()):
        rows = [row, *(one for one in of_object[name or f"\0{row}"] if one != row)]
        names: list[str | Message] = [Message("this_photo"), *(data.path[one] for one in rows[1:])]
        claim = float(claims.latitude[row]), float(claims.longitude[row])
        found.append(location.check.check(*claim, [positions[one] for one in rows], names))
    return found


def tabulate(
    data: Manifest,
    claims: Displaced,
    positions: Sequence[ExifPosition],
    verdicts: Sequence[PositionVerdict],
    location: Location,
    looks: Plausibility,
) -> pd.DataFrame:
    """One row a photo: claim, verdict, evidence, nearest other object, the game's rule, what the photo looks like."""
    objects = np.where(data.object_id == "", data.path, data.object_id).astype(str)
    names, first = np.unique(objects, return_index=True)
    at = data.latitude[first], data.longitude[first]
    k = min(2, len(names))
    nearest, metres = nearest_points(claims.latitude, claims.longitude, at, k)
    barring = location.spacing(claims.latitude, claims.longitude, at)
    rows = []
    for row, verdict in enumerate(verdicts):
        others = [(names[one], far) for one, far in zip(nearest[row], metres[row], strict=True) if one >= 0]
        others = [one for one in others if one[0] != objects[row]]
        bars = [names[one] for one in barring[row] if names[one] != objects[row]]
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
                "nearest_object": others[0][0] if others else "",
                "nearest_metres": others[0][1] if others else np.nan,
                "barred_by": "; ".join(bars),
            }
        )
    table = pd.DataFrame(rows)
    if looks.known.any():
        table["looks_percentile"], table["looks_log_ratio"] = looks.percentile, looks.log_ratio
    return table


def of_looks(claims: Displaced, looks: Plausibility, seed: int) -> dict[str, Estimate]:
    """How well the looks of the photos alone tell the moved claims from the others, where some were moved."""
    wrong = claims.wrong[looks.known]
    if not wrong.any() or wrong.all():
        return {}
    return {"auroc_looks": detection_metrics(wrong, -looks.log_ratio[looks.known], seed=seed)["auroc"]}


def measured(
    claims: Displaced, verdicts: Sequence[PositionVerdict], location: Location, seed: int
) -> dict[str, Estimate]:
    """Share of claims with evidence; of these, how well the moved ones are found, where some were moved."""
    checked = np.array([one.word != "no evidence" for one in verdicts])
    n = len(verdicts)
    share = float(checked.mean())
    metrics = {"coverage": Estimate(share, *wilson(int(checked.sum()), n), n=n, values=(share,))}
    if not checked.any():
        return metrics
    wrong = claims.wrong[checked]
    if wrong.any() and not wrong.all():
        suspicion = np.array([1 - one.probability for one in verdicts])[checked]
        return metrics | detection_metrics(wrong, suspicion, threshold=1 - location.check.refuse, seed=seed)
    for word in ("consistent", "doubtful", "contradicted"):
        count = sum(one.word == word for one in verdicts)
        total = int(checked.sum())
        metrics[word] = Estimate(count / total, *wilson(count, total), n=total, values=(count / total,))
    return metrics
