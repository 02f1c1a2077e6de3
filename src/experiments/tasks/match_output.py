"""Pair table, figures and terminal output of the task `match`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console

from components import figures
from components.matching import Fusion, Matching, similarity
from components.metrics import Estimate
from components.storage import atomic_path
from components.wording import counted
from experiments.console import Steps, metrics_table
from experiments.tasks.match_groups import PAGE
from experiments.tasks.match_result import MatchResult
from experiments.tasks.thumbnails import thumbnail

GALLERY_SIDE = 200
"""Side of the photos in the pair gallery, in pixels."""

PAIRS_PER_ROW = 4
MAX_QUERIES = 6
"""Number of photos, from the first, whose drawn candidates are shown in a figure each."""

SCORE_NAMES = {
    "cosine": "cosine",
    "csls": "CSLS",
    "phash": "perceptual hash",
    "local": "local features",
    "metres": "metres",
}
"""Names of the scores in figures."""


def write_tables(folder: Path, result: MatchResult) -> None:
    """Write pairs.csv: one row per pair, by descending probability; drawn candidates in the order of their photos."""
    paths, pairs = result.photos.path, result.pairs
    table = pd.DataFrame(
        {"photo": paths[pairs.left], "other": paths[pairs.right]}
        | result.scores
        | {"probability": result.probability, "same_object": result.decided, "truth": result.same}
    )
    if not pairs.directed:
        table = table.sort_values("probability", ascending=False, kind="stable")
    with atomic_path(folder / "pairs.csv") as path:
        table.to_csv(path, index=False, float_format="%.6g")


def draw(folder: Path, result: MatchResult, matching: Matching, subtitle: str, n_missed: int = 0) -> list[str]:
    """Draw precision-recall curves, a gallery of pairs and, for drawn candidates, the candidates of some photos.

    Returns a note for each figure that could not be drawn.

    Args:
        folder: Folder of the figures.
        result: Result of the match.
        matching: Configuration of the match.
        subtitle: Subtitle of every figure.
        n_missed: Number of true pairs that are not among the candidates.
    """
    curves = {
        SCORE_NAMES[name]: similarity(name, result.scores)
        for name in matching.use
        if name not in result.scores or not np.isnan(result.scores[name]).all()  # such as metres without coordinates
    }
    if len(matching.use) > 1:
        curves["fused"] = result.probability
    n_decided, n_correct = int(result.decided.sum()), int((result.decided & result.same).sum())
    chosen = (n_correct / (int(result.same.sum()) + n_missed), n_correct / n_decided) if n_decided else None
    by_score = np.argsort(-result.ranking_score, kind="stable")
    same, different = by_score[result.same[by_score]], by_score[~result.same[by_score]]
    gallery = [
        ("same object, highest scores", same),
        ("different objects, highest scores", different),
        ("same object, lowest scores", same[::-1]),
    ]

    def pair_gallery() -> Figure:
        rows = [(heading, list(_gallery_row(result, pairs[:PAIRS_PER_ROW].tolist()))) for heading, pairs in gallery]
        return figures.pair_gallery(rows, subtitle=subtitle)

    drawings: dict[str, figures.Drawing] = {
        "precision_recall": lambda: figures.precision_recall(
            curves, result.same, missed=n_missed, chosen=chosen, subtitle=subtitle
        ),
        "pairs": pair_gallery,
    }
    if result.pairs.directed:
        queries = np.unique(result.pairs.left)[:MAX_QUERIES].tolist()
        for number, query in enumerate(queries, start=1):
            drawings[f"candidates_{number:02d}"] = partial(_candidates, result, query, subtitle)
    notes = []
    with Steps("drawing", len(drawings)) as steps:
        for name, draw_figure in drawings.items():
            notes += figures.save_figures(folder, {name: draw_figure})
            steps.step(name)
    return notes


def _gallery_row(result: MatchResult, pairs: Iterable[int]) -> Iterator[figures.ShownPair]:
    files = result.photos.files
    for pair in pairs:
        truth = f"{'same' if result.same[pair] else 'different'} · probability {result.probability[pair]:.2f}"
        rows = result.pairs.left[pair], result.pairs.right[pair]
        left, right = (thumbnail(files[row], GALLERY_SIDE) for row in rows)
        yield figures.ShownPair(left, right, (truth, result.score_text(pair)), bool(result.same[pair]))


def _candidates(result: MatchResult, query: int, subtitle: str) -> Figure:
    """Draw the candidates of a photo, by descending score."""
    photos, candidates = result.photos, result.pairs.right
    shown = result.scores.get("cosine", result.probability)
    shown_name = "cosines" if "cosine" in result.scores else "probabilities"
    pairs = np.flatnonzero(result.pairs.left == query)
    pairs = pairs[np.argsort(-result.ranking_score[pairs], kind="stable")]
    grid = [
        figures.RankedPhoto(
            image=thumbnail(photos.files[candidates[pair]]),
            score=float(shown[pair]),
            title=photos.title[candidates[pair]],
            about=f"probability {result.probability[pair]:.2f}",
            relevant=bool(result.same[pair]),
        )
        for pair in pairs.tolist()
    ]
    return figures.ranking_grid(
        "Which of these shows the same object?", grid, query_image=thumbnail(photos.files[query]),
        note=f"numbers: {shown_name}; ordered by the ranking score", subtitle=subtitle,
    )  # fmt: skip


def show(result: MatchResult, metrics: Mapping[str, Estimate], fusion: Fusion) -> None:
    """Print the metrics with their intervals, the number of groups, and how pairs are decided."""
    console = Console(highlight=False)
    console.print(metrics_table("same object", metrics, over="over objects"))
    if not result.pairs.directed:
        n_groups = int((np.bincount(result.group) > 1).sum())
        console.print(f"{counted(n_groups, 'group')} of two or more photos: see {PAGE}")
    console.print(
        "same_object in pairs.csv: by the threshold of each cross-fitted model, which differs between folds; "
        f"saved matcher (matcher.json): from a probability of {fusion.threshold:.2f} on",
        soft_wrap=True,
    )
