"""What a search leaves in its folder and on the terminal: the ranking, a grid a query, the figures."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageOps
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components import figures
from components.data import Manifest, decode, metres_from, near_position
from components.metrics import Estimate
from components.search import Ranking
from components.search.queries import Query
from components.storage import atomic_path
from experiments.console import Steps, metrics_table

SIDE = 300
"""Pixels of a photo in a grid."""

DRAWN, LISTED = 20, 6
"""Queries that get a grid (the first ones), and the most of which each is listed on the terminal."""


def ranking_table(
    queries: Sequence[Query], best: Ranking, manifest: Manifest, filters: Mapping[str, Any]
) -> pd.DataFrame:
    """One row a query and photo found: query, text, rank, photo, score, label, title, metres, relevant."""
    rows: list[dict[str, Any]] = []
    for query, found, scores in zip(queries, best.rows, best.scores, strict=True):
        distance = metres_of(query, manifest, filters)
        for rank, (row, score) in enumerate(zip(found[found >= 0].tolist(), scores.tolist(), strict=False), start=1):
            rows.append(
                {
                    "query": query.id,
                    "text": query.words,
                    "rank": rank,
                    "photo": manifest.path[row],
                    "score": score,
                    "label": manifest.label[row],
                    "title": manifest.title[row],
                    "metres": distance[row],
                    "relevant": None if query.relevant is None else bool(row in query.relevant),
                }
            )
    return pd.DataFrame(rows)


def write_ranking(
    folder: Path, queries: Sequence[Query], best: Ranking, manifest: Manifest, filters: Mapping[str, Any]
) -> None:
    """Write ranking.csv, whole or not at all."""
    with atomic_path(folder / "ranking.csv") as path:
        ranking_table(queries, best, manifest, filters).to_csv(path, index=False, float_format="%.6g")


def metres_of(query: Query, manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.float64]:
    """(n,) metres of each photo from the place that was asked for, or from the photo that asks; NaN without either."""
    place = near_position(filters)
    if place is None and query.itself is not None:
        place = float(manifest.latitude[query.itself]), float(manifest.longitude[query.itself])
    if place is None:
        return np.full(len(manifest), np.nan)
    return metres_from(manifest, *place)


def draw(
    folder: Path,
    queries: Sequence[Query],
    best: Ranking,
    manifest: Manifest,
    filters: Mapping[str, Any],
    subtitle: str,
) -> None:
    """Draw a grid of the photos found for each of the first queries into `folder`."""
    with Steps("drawing", min(len(queries), DRAWN)) as steps:
        for number, query in enumerate(queries[:DRAWN]):
            distance = metres_of(query, manifest, filters)
            found = [
                figures.Found(
                    image=thumbnail(manifest.files[row]),
                    score=float(score),
                    title=str(manifest.title[row]),
                    about=" · ".join(filter(None, [str(manifest.label[row]), metres_text(float(distance[row]))])),
                    relevant=None if query.relevant is None else bool(row in query.relevant),
                )
                for row, score in zip(best.rows[number].tolist(), best.scores[number], strict=True)
                if row >= 0
            ]
            asking = thumbnail(query.photo) if query.photo else None
            if found:
                figure = figures.ranking_grid(
                    query.words, found, asking=asking, note=note(query, found), subtitle=subtitle
                )
                figures.save_figure(figure, folder / f"search_{number + 1:02d}_{plain(query.id)}.png")
            steps.step(query.words)


def note(query: Query, found: Sequence[figures.Found]) -> str:
    """How many of the photos answer the query."""
    if query.relevant is None:
        return "scores: cosines"
    right = sum(bool(one.relevant) for one in found)
    return f"scores: cosines · {right} of {len(found)} answer it, of {len(query.relevant)} that there are"


def thumbnail(file: Path, side: int = SIDE) -> NDArray[np.uint8]:
    """(side, side, 3) uint8: the whole photo on a white square."""
    picture = ImageOps.pad(
        decode(file, at_least=side), (side, side), method=Image.Resampling.LANCZOS, color=(255, 255, 255)
    )
    return np.asarray(picture, dtype=np.uint8)


def metres_text(metres: float) -> str:
    """A distance as one says it."""
    if np.isnan(metres):
        return ""
    return (
        f"{metres:.0f} m"
        if metres < 1000
        else f"{metres / 1000:,.1f} km"
        if metres < 1e5
        else f"{metres / 1000:,.0f} km"
    )


def plain(text: str, longest: int = 40) -> str:
    """The text as part of a file's name."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_text.lower()).strip("_")[:longest] or "query"


def show(
    metrics: Mapping[str, Estimate],
    queries: Sequence[Query],
    best: Ranking,
    manifest: Manifest,
    filters: Mapping[str, Any],
) -> None:
    """Print the figures with their intervals, and what the first queries found."""
    console = Console(highlight=False)
    if metrics:
        console.print(metrics_table("search", metrics, over="over queries"))
    if len(queries) > LISTED:
        console.print(f"[dim]What each of the {len(queries):,} queries found stands in ranking.csv[/]")
        return
    listed = ranking_table(queries, best, manifest, filters)
    for _, rows in listed.groupby("query", sort=False):
        shown = Table(title=Text(str(rows["text"].iloc[0]), style="bold"), title_justify="left", box=box.SIMPLE_HEAD)
        headings = ["", "cosine", "photo", "title"] + ["distance"] * bool(rows["metres"].notna().any())
        for heading in headings:
            shown.add_column(heading, justify="right" if heading in ("cosine", "distance") else "left")
        for row in rows.to_dict("records"):
            mark = {True: "✓", False: "✗"}.get(row["relevant"], str(row["rank"]))
            cells: list[str | Text] = [
                mark,
                f"{row['score']:.3f}",
                Text(row["photo"]),
                Text(row["title"]),
                metres_text(row["metres"]),
            ]
            shown.add_row(*cells[: len(headings)])
        console.print(shown)
