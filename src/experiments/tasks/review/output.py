"""What a review leaves: tables, JSON Lines, a page a proposal, figures, and the table on the terminal."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from components import figures
from components.data import Manifest, UnreadableError, decode
from components.messages import sentence
from components.metrics import Estimate
from components.review import FAULT_OF, Calibration
from components.storage import atomic_path
from experiments.console import Steps, metrics_table
from experiments.tasks.review.checks import Finding, second_photos
from experiments.tasks.review.reviewer import suspicions_of

HERE = Path(__file__).parent
WORDS = {"accept": "green", "ask": "yellow", "reject": "red"}
LIKELY = 0.5
"""Probability of its fault from which a check is a reason."""

SIDE = 480
"""Pixels of the longer side of the photos on a page."""

SHOWN = 8


def tabulate(
    proposals: Manifest, findings: Sequence[Finding], learned: Calibration | None, faults: NDArray[np.object_]
) -> pd.DataFrame:
    """One row a proposal: recommendation, reasons, what every check found, and the planted fault where there is one."""
    n = len(proposals)
    columns: dict[str, Any] = {
        "path": proposals.path,
        "label": proposals.label,
        "title": proposals.title,
        "latitude": proposals.latitude,
        "longitude": proposals.longitude,
        "recommendation": np.full(n, "ask", dtype=object),
        "acceptable": np.full(n, np.nan),
        "reasons": np.full(n, "", dtype=object),
    }
    probabilities: Mapping[str, NDArray[np.float64]] = {}
    if learned:
        suspicions = suspicions_of(findings)
        probabilities = learned.probabilities(suspicions)
        columns["acceptable"] = learned.acceptable(suspicions)
        columns["recommendation"] = np.array([learned.recommend(one) for one in columns["acceptable"]], dtype=object)
        columns["reasons"] = np.array([_reasons(findings, probabilities, row) for row in range(n)], dtype=object)
    for one in findings:
        columns |= {
            f"{one.check}_finding": [sentence(said) for said in one.said],
            f"{one.check}_suspicion": one.suspicion,
        }
        if one.check in probabilities:
            columns[f"{one.check}_fault"] = probabilities[one.check]
        columns |= dict(one.columns)
    if (faults != "").any():
        columns["planted_fault"] = faults
    return pd.DataFrame(columns)


def _reasons(findings: Sequence[Finding], probabilities: Mapping[str, NDArray[np.float64]], row: int) -> str:
    likely = [one for one in findings if one.check in probabilities and probabilities[one.check][row] >= LIKELY]
    likely.sort(key=lambda one: -float(probabilities[one.check][row]))
    return "; ".join(f"{one.check}: {sentence(one.said[row])}" for one in likely)


def write_tables(folder: Path, table: pd.DataFrame) -> None:
    """Write review.csv and review.jsonl, each whole or not at all; NaN is null there."""
    with atomic_path(folder / "review.csv") as path:
        table.to_csv(path, index=False)
    with atomic_path(folder / "review.jsonl") as path:
        lines = [json.dumps(_plain(row), ensure_ascii=False) for row in table.to_dict("records")]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    plain = {}
    for key, value in row.items():
        one = value.item() if isinstance(value, np.generic) else value
        plain[str(key)] = None if isinstance(one, float) and one != one else one
    return plain


def write_pages(
    folder: Path,
    proposals: Manifest,
    existing: Manifest,
    table: pd.DataFrame,
    findings: Sequence[Finding],
    rows: NDArray[np.int64],
) -> None:
    """Write one HTML page a row of the table, and an index of them; each needs no network and no other file.

    Args:
        folder: Of the pages.
        proposals: All of them.
        existing: The points that exist.
        table: What `tabulate` gave for `rows`.
        findings: Of all proposals.
        rows: Of the proposals that the table is of.
    """
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    page, contents = environment.get_template("proposal.html.jinja"), environment.get_template("index.html.jinja")
    style = (HERE / "review.css").read_text(encoding="utf-8")
    second, files = second_photos(proposals), proposals.files
    of_path = {path: row for row, path in enumerate(existing.path.tolist())}
    names = [f"{position:04d}.html" for position in range(len(rows))]
    with Steps("pages", len(rows)) as steps:
        for position, row in enumerate(rows):
            found = table.iloc[position]
            near = of_path.get(str(found.get("likeliest_duplicate", "")))
            with atomic_path(folder / names[position]) as path:
                path.write_text(
                    page.render(
                        style=style,
                        row=found.to_dict(),
                        description=proposals.description[row],
                        photo=picture(files[row]),
                        second=picture(proposals.root / second[row]) if second[row] else None,
                        near=picture(existing.files[near]) if near is not None else None,
                        checks=[
                            {
                                "name": one.check,
                                "looks_for": FAULT_OF[one.check].replace("_", " "),
                                "sentence": sentence(one.said[row]),
                                "fault": _known(found.get(f"{one.check}_fault")),
                            }
                            for one in findings
                        ],
                        before=names[position - 1] if position else None,
                        after=names[position + 1] if position + 1 < len(rows) else None,
                    ),
                    encoding="utf-8",
                )
            steps.step("")
    with atomic_path(folder / "index.html") as path:
        listed = [row.to_dict() | {"page": name} for name, (_, row) in zip(names, table.iterrows(), strict=True)]
        path.write_text(contents.render(style=style, rows=listed), encoding="utf-8")


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def picture(file: Path) -> str | None:
    """A photo as a data URI of a small JPEG; None where the file gives none."""
    try:
        photo = decode(file, at_least=SIDE)
    except UnreadableError:
        return None
    photo.thumbnail((SIDE, SIDE))
    stream = BytesIO()
    photo.save(stream, format="JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def draw(
    folder: Path,
    table: pd.DataFrame,
    findings: Sequence[Finding],
    learned: Calibration | None,
    rows: NDArray[np.int64],
    subtitle: str,
) -> None:
    """Draw what the checks suspect and what was decided, where a calibration says what suspicions mean."""
    if learned is None:
        return
    probabilities = {check: one[rows] for check, one in learned.probabilities(suspicions_of(findings)).items()}
    faults = table["planted_fault"].to_numpy() if "planted_fault" in table else None
    figure = figures.review_decisions(
        table["acceptable"].to_numpy(), probabilities, faults, learned.accept, learned.reject, subtitle=subtitle
    )
    figures.save_figure(figure, folder / "decisions.png")


def show(table: pd.DataFrame, metrics: Mapping[str, Estimate], learned: Calibration | None) -> None:
    """Print how many proposals got which recommendation, by planted fault where there are any, and the figures."""
    console = Console(highlight=False)
    planted = "planted_fault" in table
    counts = Table(title="recommendations", title_justify="left")
    counts.add_column("planted fault" if planted else "")
    for word, colour in WORDS.items():
        counts.add_column(word, justify="right", style=colour)
    faults = sorted(set(table["planted_fault"])) if planted else [None]
    for fault in faults:
        part = table[table["planted_fault"] == fault] if planted else table
        cells = [str(int((part["recommendation"] == word).sum())) for word in WORDS]
        counts.add_row("all" if fault is None else fault or "none", *cells)
    console.print(counts)
    if learned:
        limits = [f"accepted from {learned.accept:.3f}", f"rejected up to {1 - learned.reject:.3f}"]
        said = [one for one, end in zip(limits, (learned.accept, learned.reject), strict=True) if np.isfinite(end)]
        said += [
            f"nothing is {word}"
            for word, end in (("accepted", learned.accept), ("rejected", learned.reject))
            if not np.isfinite(end)
        ]
        console.print(f"[dim]probability of being acceptable: {', '.join(said)}; at most "
                      f"{learned.max_error_rate:.0%} wrong, calibrated on {learned.n} proposals[/]", soft_wrap=True)  # fmt: skip
    if metrics:
        console.print(metrics_table("figures", metrics))
    for _, row in table[table["recommendation"] == "reject"].head(SHOWN).iterrows():
        console.print(f"[red]●[/] {escape(str(row['path']))}: {escape(str(row['reasons']))}", soft_wrap=True)
