"""What an assignment of texts leaves in its folder and on the terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components import figures
from components.assignment import Calibration, ScoredChoices, softmax
from components.data import Manifest
from components.metrics import Estimate
from components.storage import atomic_path
from experiments.console import metrics_table
from experiments.tasks.search_output import thumbnail

DRAWN = 6
"""Photos whose candidates are drawn, and listed on the terminal: spread evenly over all."""


def choices_table(
    scored: ScoredChoices, learned: Calibration | None, manifest: Manifest, validation: NDArray[np.bool_]
) -> pd.DataFrame:
    """One row a photo: photo, label, split, text (the best), cosine, likely, margin, decided, right, correct."""
    likely = probabilities(scored, learned)
    taken = scored.decided(threshold_of(learned))
    rows = []
    for number, one in enumerate(scored.choices):
        best = int(scored.best[number])
        row: dict[str, Any] = {
            "photo": manifest.path[one.row],
            "label": manifest.label[one.row],
            "part": "validation" if validation[number] else "measured",
            "text": one.texts[best],
            "cosine": scored.cosines[number, best],
            "likely": likely[number, best],
            "margin": scored.margin[number],
            "decided": decision(scored, learned, number),
            "taken": one.texts[taken[number]] if taken[number] >= 0 else "",
        }
        if one.right is not None:
            row |= {"right": one.texts[one.right], "correct": best == one.right}
        rows.append(row)
    return pd.DataFrame(rows)


def threshold_of(learned: Calibration | None) -> float:
    """The margin from which on a photo decides; without calibration every photo does."""
    return -np.inf if learned is None else learned.threshold


def probabilities(scored: ScoredChoices, learned: Calibration | None) -> NDArray[np.float64]:
    """(n, most) calibrated probabilities of the candidates; of the plain cosines without calibration."""
    return softmax(scored.cosines, learned.temperature if learned else 1.0)


def decision(scored: ScoredChoices, learned: Calibration | None, number: int) -> str:
    """What comes of a choice, in words."""
    if scored.margin[number] >= threshold_of(learned):
        old = scored.choices[number].old
        return "taken" if old is None or old != scored.best[number] else "keeps the old"
    return "abstains" if scored.choices[number].old is None else "abstains: keeps the old"


def shown_of(asked: ScoredChoices) -> list[int]:
    """Numbers of the choices to show."""
    return sorted({round(one) for one in np.linspace(0, len(asked) - 1, min(DRAWN, len(asked))).tolist()})


def write_choices(
    folder: Path, scored: ScoredChoices, learned: Calibration | None, manifest: Manifest, validation: NDArray[np.bool_]
) -> None:
    """Write choices.csv, whole or not at all."""
    with atomic_path(folder / "choices.csv") as path:
        choices_table(scored, learned, manifest, validation).to_csv(path, index=False, float_format="%.6g")


def draw(
    folder: Path,
    asked: ScoredChoices,
    measured: ScoredChoices,
    learned: Calibration | None,
    manifest: Manifest,
    subtitle: str,
) -> None:
    """Draw some photos with their candidates and, where choices are measured, risk against coverage."""
    likely = probabilities(asked, learned)
    cases = []
    for number in shown_of(asked):
        one = asked.choices[number]
        order = np.argsort(-np.where(np.isnan(asked.cosines[number]), -np.inf, asked.cosines[number]), kind="stable")
        order = order[: len(one.texts)]
        cases.append(
            figures.Case(
                image=thumbnail(manifest.files[one.row]),
                texts=[one.texts[place] for place in order],
                cosines=asked.cosines[number, order].tolist(),
                likely=likely[number, order].tolist(),
                right=None if one.right is None else int(np.flatnonzero(order == one.right)[0]),
                decided=decision(asked, learned, number),
            )
        )
    figures.save_figure(figures.candidate_cases(cases, subtitle=subtitle), folder / "candidates.png")
    if len(measured) and learned:
        curve = figures.risk_coverage_curve(
            measured.margin,
            measured.right,
            threshold=learned.threshold,
            max_error_rate=learned.max_error_rate,
            subtitle=subtitle,
        )
        figures.save_figure(curve, folder / "risk_coverage.png")


def show(
    metrics: Mapping[str, Estimate], learned: Calibration | None, asked: ScoredChoices, manifest: Manifest
) -> None:
    """Print the figures with their intervals, what was learned, and some of the choices."""
    console = Console(highlight=False)
    if metrics:
        console.print(metrics_table("assign", metrics, over="over photos"))
    if learned:
        console.print(
            f"[dim]learned on {learned.n} validation photos: temperature {learned.temperature:.3g}, a photo decides "
            f"from a margin of {learned.threshold:.3f} on (at most {learned.max_error_rate:.0%} wrong, with 90 % "
            "confidence)[/]"
        )
    likely = probabilities(asked, learned)
    listed = Table(
        title=f"{len(shown_of(asked))} of {len(asked):,} photos", title_justify="left", box=box.SIMPLE_HEAD, expand=True
    )
    for heading in ("", "photo", "the text that fits best", "cosine", "likely", ""):
        numbers = heading in ("cosine", "likely")
        long = heading.startswith("the text")
        listed.add_column(
            heading,
            justify="right" if numbers else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if long else None,
            max_width=26 if heading == "photo" else None,
        )
    for number in shown_of(asked):
        one = asked.choices[number]
        best = int(asked.best[number])
        mark = "" if one.right is None else "✓" if best == one.right else "✗"
        words = decision(asked, learned, number).replace("taken", "").partition(":")[0]
        listed.add_row(
            mark, Text(str(manifest.path[one.row])), Text(one.texts[best]), f"{asked.cosines[number, best]:.2f}",
            f"{likely[number, best]:.0%}", words,
        )  # fmt: skip
    console.print(listed)
