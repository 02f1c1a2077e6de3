"""HTML pages of a review: one page per proposal and an index; they need no network and no other files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray

from components.data import Manifest, UnreadableError, decode
from components.figures import data_uri
from components.messages import sentence
from components.review import FAULT_OF
from components.storage import atomic_path
from experiments.console import Steps
from experiments.tasks.review.finding import Finding, second_photos

TEMPLATES = Path(__file__).parent
PHOTO_SIDE = 480
"""Longer side of the photos on a page, in pixels."""


def write_pages(
    folder: Path,
    proposals: Manifest,
    existing: Manifest,
    table: pd.DataFrame,
    findings: Sequence[Finding],
    rows: NDArray[np.int64],
) -> None:
    """Write one page per row of the table, and index.html.

    Args:
        folder: Folder of the pages.
        proposals: All proposals.
        existing: Photos of the existing points.
        table: `review_table` of the rows.
        findings: Findings for all proposals.
        rows: Rows of the proposals in the table.
    """
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    page, index = environment.get_template("proposal.html.jinja"), environment.get_template("index.html.jinja")
    style = (TEMPLATES / "review.css").read_text(encoding="utf-8")
    second, files = second_photos(proposals), proposals.files
    row_of_existing = {path: row for row, path in enumerate(existing.path.tolist())}
    names = [f"{number:04d}.html" for number in range(len(rows))]
    with Steps("pages", len(rows)) as steps:
        for number, row in enumerate(rows):
            values = table.iloc[number]
            nearest = row_of_existing.get(str(values.get("likeliest_duplicate", "")))
            content = page.render(
                style=style,
                row=values.to_dict(),
                description=proposals.description[row],
                photo=photo_uri(files[row]),
                second=photo_uri(proposals.root / second[row]) if second[row] else None,
                nearest=photo_uri(existing.files[nearest]) if nearest is not None else None,
                checks=[_check_row(finding, row, values) for finding in findings],
                previous=names[number - 1] if number else None,
                next=names[number + 1] if number + 1 < len(rows) else None,
            )
            with atomic_path(folder / names[number]) as path:
                path.write_text(content, encoding="utf-8")
            steps.step("")
    with atomic_path(folder / "index.html") as path:
        listed = [row.to_dict() | {"page": name} for name, (_, row) in zip(names, table.iterrows(), strict=True)]
        path.write_text(index.render(style=style, rows=listed), encoding="utf-8")


def _check_row(finding: Finding, row: int, values: pd.Series) -> dict[str, Any]:
    probability = float(values.get(f"{finding.check}_fault", np.nan))
    return {
        "name": finding.check,
        "looks_for": FAULT_OF[finding.check].replace("_", " "),
        "sentence": sentence(finding.messages[row]),
        "fault": None if np.isnan(probability) else probability,
    }


def photo_uri(file: Path) -> str | None:
    """Return a photo as a `data:` URI of a small JPEG; None if the file is not a readable photo."""
    try:
        photo = decode(file, at_least=PHOTO_SIDE)
    except UnreadableError:
        return None
    photo.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    return data_uri(photo, "JPEG", quality=80)
