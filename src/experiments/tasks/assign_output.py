"""Table, figures and terminal output of the task `assign`."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.console import Console
from rich.text import Text

from components import figures
from components.assignment import Calibration, ScoredChoices, softmax
from components.data import Manifest
from components.metrics import Estimate
from components.storage import atomic_path
from components.wording import counted
from experiments.console import metrics_table, plain_table
from experiments.tasks.thumbnails import thumbnail

N_EXAMPLES = 6
"""Number of photos whose candidates are drawn and printed; they are spread evenly over all photos."""


def choices_table(
    scored: ScoredChoices, calibration: Calibration | None, manifest: Manifest, is_validation: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return one row per photo.

    Columns: photo, label, part (validation or measured), text (the best candidate), cosine, likely (probability of the
    best candidate), margin, decided (see `decision`), taken (the text that the photo has afterwards) and, where the
    correct text is known, right and correct.
    """
    likely = probabilities(scored, calibration)
    taken = scored.decided(threshold_of(calibration))
    rows = []
    for index, choice in enumerate(scored.choices):
        best = int(scored.best[index])
        row: dict[str, Any] = {
            "photo": manifest.path[choice.row],
            "label": manifest.label[choice.row],
            "part": "validation" if is_validation[index] else "measured",
            "text": choice.texts[best],
            "cosine": scored.cosines[index, best],
            "likely": likely[index, best],
            "margin": scored.margin[index],
            "decided": decision(scored, calibration, index),
            "taken": choice.texts[taken[index]] if taken[index] >= 0 else "",
        }
        if choice.right is not None:
            row |= {"right": choice.texts[choice.right], "correct": best == choice.right}
        rows.append(row)
    return pd.DataFrame(rows)


def threshold_of(calibration: Calibration | None) -> float:
    """Return the smallest margin at which a text is taken; without calibration, every margin is accepted."""
    return -np.inf if calibration is None else calibration.threshold


def probabilities(scored: ScoredChoices, calibration: Calibration | None) -> NDArray[np.float64]:
    """Return the (n, max candidates) probabilities: softmax at the calibrated temperature, or at 1 without."""
    return softmax(scored.cosines, calibration.temperature if calibration else 1.0)


def decision(scored: ScoredChoices, calibration: Calibration | None, index: int) -> str:
    """Return the decision on a choice: "taken", "keeps the old", "abstains" or "abstains: keeps the old"."""
    old = scored.choices[index].old
    if scored.margin[index] >= threshold_of(calibration):
        return "taken" if old is None or old != scored.best[index] else "keeps the old"
    return "abstains" if old is None else "abstains: keeps the old"


def example_indices(assigned: ScoredChoices) -> list[int]:
    """Return the indices of the choices that are drawn and printed."""
    n = min(N_EXAMPLES, len(assigned))
    return sorted({round(position) for position in np.linspace(0, len(assigned) - 1, n).tolist()})


def write_choices(
    folder: Path,
    scored: ScoredChoices,
    calibration: Calibration | None,
    manifest: Manifest,
    is_validation: NDArray[np.bool_],
) -> None:
    """Write choices.csv (see `choices_table`), atomically."""
    with atomic_path(folder / "choices.csv") as path:
        choices_table(scored, calibration, manifest, is_validation).to_csv(path, index=False, float_format="%.6g")


def draw(
    folder: Path,
    assigned: ScoredChoices,
    measured: ScoredChoices,
    calibration: Calibration | None,
    manifest: Manifest,
    subtitle: str,
) -> list[str]:
    """Draw some photos with their candidates and, if calibrated, the risk-coverage curve.

    Returns a note for each figure that could not be drawn.

    Args:
        folder: Folder of the figures.
        assigned: Choices of all but the validation photos.
        measured: Those whose correct text is known.
        calibration: Temperature and threshold; None if there is no calibration.
        manifest: The photos.
        subtitle: Subtitle of every figure.
    """

    def candidates() -> Figure:
        return figures.candidate_cases(_candidate_cases(assigned, calibration, manifest), subtitle=subtitle)

    def risk_coverage(calibration: Calibration) -> Figure:
        return figures.risk_coverage_curve(
            measured.margin,
            measured.right,
            threshold=calibration.threshold,
            max_error_rate=calibration.max_error_rate,
            subtitle=subtitle,
        )

    drawings: dict[str, figures.Drawing] = {"candidates": candidates}
    if len(measured) and calibration:
        drawings["risk_coverage"] = partial(risk_coverage, calibration)
    return figures.save_figures(folder, drawings)


def _candidate_cases(
    assigned: ScoredChoices, calibration: Calibration | None, manifest: Manifest
) -> list[figures.CandidateCase]:
    likely = probabilities(assigned, calibration)
    cases = []
    for index in example_indices(assigned):
        choice, cosines = assigned.choices[index], assigned.cosines[index]
        order = np.argsort(-np.where(np.isnan(cosines), -np.inf, cosines), kind="stable")[: len(choice.texts)]
        cases.append(
            figures.CandidateCase(
                image=thumbnail(manifest.files[choice.row]),
                texts=[choice.texts[candidate] for candidate in order],
                cosines=cosines[order].tolist(),
                likely=likely[index, order].tolist(),
                right=None if choice.right is None else int(np.flatnonzero(order == choice.right)[0]),
                decided=decision(assigned, calibration, index),
            )
        )
    return cases


def show(
    metrics: Mapping[str, Estimate], calibration: Calibration | None, assigned: ScoredChoices, manifest: Manifest
) -> None:
    """Print the metrics with their intervals, the calibration, and some of the choices."""
    console = Console(highlight=False)
    if metrics:
        console.print(metrics_table("assign", metrics, over="over photos"))
    if calibration:
        console.print(
            f"[dim]calibrated on {counted(calibration.n, 'validation photo')}: temperature "
            f"{calibration.temperature:.3g}, texts are taken from a margin of {calibration.threshold:.3f} on (at most "
            f"{calibration.max_error_rate:.0%} wrong, with 90 % confidence)[/]"
        )
    likely = probabilities(assigned, calibration)
    examples = example_indices(assigned)
    table = plain_table(f"{len(examples)} of {counted(len(assigned), 'photo')}", expand=True)
    table.add_column("")
    table.add_column("photo", no_wrap=True, overflow="ellipsis", max_width=26)
    table.add_column("best text", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("cosine", justify="right", no_wrap=True)
    table.add_column("likely", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for index in examples:
        choice, best = assigned.choices[index], int(assigned.best[index])
        mark = "" if choice.right is None else "✓" if best == choice.right else "✗"
        outcome = decision(assigned, calibration, index).replace("taken", "").partition(":")[0]
        table.add_row(
            mark, Text(str(manifest.path[choice.row])), Text(choice.texts[best]),
            f"{assigned.cosines[index, best]:.2f}", f"{likely[index, best]:.0%}", outcome,
        )  # fmt: skip
    console.print(table)
