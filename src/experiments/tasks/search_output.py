"""Ranking table, figures and terminal output of the task `search`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
from components.data import Manifest, metres_from, near_position
from components.metrics import Estimate
from components.search import Ranking
from components.search.queries import Query
from components.storage import atomic_path
from experiments.console import Steps, metrics_table, plain_table
from experiments.tasks.thumbnails import thumbnail

MAX_DRAWN = 20
"""Number of queries, from the first, whose results are drawn."""

MAX_LISTED = 6
"""Largest number of queries whose results are printed on the terminal."""


def ranking_table(
    queries: Sequence[Query], ranking: Ranking, manifest: Manifest, filters: Mapping[str, Any]
) -> pd.DataFrame:
    """Return one row per query and result: query, text, rank, photo, score, label, title, metres, relevant.

    Args:
        queries: The q queries.
        ranking: Rows of the manifest and scores, best first.
        manifest: The photos.
        filters: Filters of the search, whose `near` is the position that distances are measured from.
    """
    rows: list[dict[str, Any]] = []
    for query, photos, scores in zip(queries, ranking.rows, ranking.scores, strict=True):
        metres = distances(query, manifest, filters)
        results = zip(photos[photos >= 0].tolist(), scores.tolist(), strict=False)
        for rank, (row, score) in enumerate(results, start=1):
            rows.append(
                {
                    "query": query.id,
                    "text": query.words,
                    "rank": rank,
                    "photo": manifest.path[row],
                    "score": score,
                    "label": manifest.label[row],
                    "title": manifest.title[row],
                    "metres": metres[row],
                    "relevant": is_relevant(query, row),
                }
            )
    return pd.DataFrame(rows)


def write_ranking(
    folder: Path, queries: Sequence[Query], ranking: Ranking, manifest: Manifest, filters: Mapping[str, Any]
) -> None:
    """Write ranking.csv (see `ranking_table`), atomically."""
    with atomic_path(folder / "ranking.csv") as path:
        ranking_table(queries, ranking, manifest, filters).to_csv(path, index=False, float_format="%.6g")


def is_relevant(query: Query, row: int) -> bool | None:
    """Return whether a photo is relevant to the query; None if the relevant photos are unknown."""
    return None if query.relevant is None else bool(row in query.relevant)


def distances(query: Query, manifest: Manifest, filters: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the (n,) distances of the photos in metres, from the position of the filter or of the query photo.

    NaN if there is neither, and for photos without coordinates.
    """
    position = near_position(filters)
    if position is None and query.itself is not None:
        position = float(manifest.latitude[query.itself]), float(manifest.longitude[query.itself])
    if position is None:
        return np.full(len(manifest), np.nan)
    return metres_from(manifest, *position)


def draw(
    folder: Path,
    queries: Sequence[Query],
    ranking: Ranking,
    manifest: Manifest,
    filters: Mapping[str, Any],
    subtitle: str,
) -> list[str]:
    """Draw the results of each of the first queries as a grid of photos (search_NN_QUERY.png).

    Returns a note for each figure that could not be drawn.
    """

    def grid(number: int, query: Query) -> Figure:
        metres = distances(query, manifest, filters)
        results = [
            figures.RankedPhoto(
                image=thumbnail(manifest.files[row]),
                score=float(score),
                title=str(manifest.title[row]),
                about=" · ".join(filter(None, [str(manifest.label[row]), distance_text(float(metres[row]))])),
                relevant=is_relevant(query, row),
            )
            for row, score in zip(ranking.rows[number].tolist(), ranking.scores[number], strict=True)
            if row >= 0
        ]
        query_photo = thumbnail(query.photo) if query.photo else None
        return figures.ranking_grid(
            query.words, results, query_image=query_photo, note=relevance_note(query, results), subtitle=subtitle
        )

    notes = []
    with Steps("drawing", min(len(queries), MAX_DRAWN)) as steps:
        for number, query in enumerate(queries[:MAX_DRAWN]):
            if (ranking.rows[number] >= 0).any():
                name = f"search_{number + 1:02d}_{file_name_part(query.id)}"
                notes += figures.save_figures(folder, {name: partial(grid, number, query)})
            steps.step(query.words)
    return notes


def relevance_note(query: Query, results: Sequence[figures.RankedPhoto]) -> str:
    """Return the note below a grid: what the scores are, and how many results are relevant."""
    if query.relevant is None:
        return "scores: cosines"
    n_relevant = sum(bool(result.relevant) for result in results)
    return f"scores: cosines · {n_relevant} of {len(results)} results are relevant, of {len(query.relevant)} in all"


def distance_text(metres: float) -> str:
    """Return a distance with its unit, such as "12 m", "1.2 km" or "457 km"; "" for NaN."""
    if np.isnan(metres):
        return ""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:,.1f} km" if metres < 1e5 else f"{metres / 1000:,.0f} km"


def file_name_part(text: str, max_length: int = 40) -> str:
    """Return the text as part of a file name: lower-case ASCII letters, digits and underscores."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_text.lower()).strip("_")[:max_length] or "query"


def show(
    metrics: Mapping[str, Estimate],
    queries: Sequence[Query],
    ranking: Ranking,
    manifest: Manifest,
    filters: Mapping[str, Any],
) -> None:
    """Print the metrics with their intervals and, if there are few queries, the results of each."""
    console = Console(highlight=False)
    if metrics:
        console.print(metrics_table("search", metrics, over="over queries"))
    if len(queries) > MAX_LISTED:
        console.print(f"[dim]The results of {len(queries):,} queries are in ranking.csv[/]")
        return
    results = ranking_table(queries, ranking, manifest, filters)
    for _, rows in results.groupby("query", sort=False):
        table = plain_table(Text(str(rows["text"].iloc[0]), style="bold"))
        headings = ["", "cosine", "photo", "title"] + ["distance"] * bool(rows["metres"].notna().any())
        for heading in headings:
            table.add_column(heading, justify="right" if heading in ("cosine", "distance") else "left")
        for row in rows.to_dict("records"):
            mark = {True: "✓", False: "✗"}.get(row["relevant"], str(row["rank"]))
            cells: list[str | Text] = [
                mark,
                f"{row['score']:.3f}",
                Text(row["photo"]),
                Text(row["title"]),
                distance_text(row["metres"]),
            ]
            table.add_row(*cells[: len(headings)])
        console.print(table)
