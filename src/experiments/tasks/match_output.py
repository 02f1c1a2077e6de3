"""What a match leaves in its folder and on the terminal: tables, the page of groups, figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from components import figures
from components.data import Manifest
from components.matching import Evidence, Fusion, Matching, Pairs, likeness
from components.metrics import Estimate
from components.storage import atomic_path
from experiments.console import Steps, metrics_table
from experiments.tasks.search_output import metres_text, thumbnail

PAGE, SHOWN = "groups.html", 300
"""The gallery, and the most groups that it shows: the mixed ones first."""

MEMBERS, LINKS = 40, 60
"""The most photos and pairs that are shown of a group: chance pairs can chain hundreds together."""

PAGE_SIDE, GALLERY_SIDE = 160, 200
ACROSS, QUERIES = 4, 6
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Matched:
    """What a match found.

    Attributes:
        photos: n photos.
        pairs: m pairs of them.
        measured: (m,) by name.
        same: (m,) of one object.
        probability: (m,) cross-fitted.
        score: (m,) what pairs are ranked by.
        decided: (m,) taken to be of one object.
        group: (n,) number of the group.
    """

    photos: Manifest
    pairs: Pairs
    measured: Evidence
    same: Flags
    probability: Floats
    score: Floats
    decided: Flags
    group: NDArray[np.int64]

    def words(self, pair: int) -> str:
        """What was measured of one pair."""
        said = []
        for name, column in self.measured.items():
            value = float(column[pair])
            if name == "cosine":
                said.append(f"cosine {value:.2f}")
            elif name == "csls":
                said.append(f"CSLS {value:.2f}")
            elif name == "differing_bits":
                said.append(f"{value:.0f} of 64 bits differ")
            elif name == "inliers":
                said.append(f"{value:.0f} inliers")
            elif name == "metres":
                said.append(metres_text(value) or "no coordinates")
        return " · ".join(said)


def write_tables(folder: Path, found: Matched) -> None:
    """Write pairs.csv: one row a pair, the most probable first; drawn candidates stay in the order of who asks."""
    paths = found.photos.path
    table = pd.DataFrame(
        {"photo": paths[found.pairs.left], "other": paths[found.pairs.right]}
        | found.measured
        | {"probability": found.probability, "same_object": found.decided, "truth": found.same}
    )
    with atomic_path(folder / "pairs.csv") as path:
        ordered = table if found.pairs.directed else table.sort_values("probability", ascending=False, kind="stable")
        ordered.to_csv(path, index=False, float_format="%.6g")


def write_groups(folder: Path, found: Matched, subtitle: str) -> None:
    """Write groups.csv, one row a photo, and the page of the groups of two photos and more."""
    photos, pairs = found.photos, found.pairs
    with atomic_path(folder / "groups.csv") as path:
        columns = {"photo": photos.path, "group": found.group, "object_id": photos.object_id}
        pd.DataFrame(columns).to_csv(path, index=False)
    numbers, sizes = np.unique(found.group, return_counts=True)
    members = {int(one): np.flatnonzero(found.group == one) for one in numbers[sizes > 1]}
    mixed = {one: len(set(photos.object_id[rows].tolist())) > 1 for one, rows in members.items()}
    order = sorted(members, key=lambda one: (not mixed[one], one))[:SHOWN]
    held: dict[int, list[int]] = {}
    for pair in np.flatnonzero(found.decided).tolist():
        held.setdefault(int(found.group[pairs.left[pair]]), []).append(pair)
    shown = []
    with Steps("groups", len(order)) as steps:
        for one in order:
            people = [
                figures.Member(
                    thumbnail(photos.files[row], PAGE_SIDE), photos.path[row], photos.title[row], photos.object_id[row]
                )
                for row in members[one][:MEMBERS]
            ]
            links = [
                f"{photos.path[pairs.left[pair]]} and {photos.path[pairs.right[pair]]}: probability "
                f"{found.probability[pair]:.2f} ({found.words(pair)})"
                for pair in sorted(held[one], key=lambda pair: -found.probability[pair])[:LINKS]
            ]
            shown.append(figures.ObjectGroup(people, links, mixed[one], len(members[one]) - len(people)))
            steps.step("")
    alone = int((sizes == 1).sum())
    summary = (
        f"{len(photos):,} photos: {len(members):,} groups of two and more, {sum(mixed.values()):,} of them of several "
        f"objects; {alone:,} photos alone. Groups are what pairs above the threshold hold together, directly or by way "
        "of others."
    )
    if len(order) < len(members):
        summary += f" The first {len(order)} groups are shown, mixed ones first; all of them are in groups.csv."
    page = figures.object_groups_page(shown, summary=summary, subtitle=subtitle)
    with atomic_path(folder / PAGE) as path:
        path.write_text(page, encoding="utf-8")


def draw(folder: Path, found: Matched, matching: Matching, subtitle: str, missed: int = 0) -> None:
    """Draw precision and recall of each score and of the fusion, pairs, and queries with few candidates."""
    scores = {LABELS[one]: likeness(one, found.measured) for one in matching.use}
    if len(matching.use) > 1:
        scores["fused"] = found.probability
    taken, right = int(found.decided.sum()), int((found.decided & found.same).sum())
    chosen = (right / (int(found.same.sum()) + missed), right / taken) if taken else None
    figure = figures.precision_recall(scores, found.same, missed=missed, chosen=chosen, subtitle=subtitle)
    figures.save_figure(figure, folder / "precision_recall.png")
    most = np.argsort(-found.score, kind="stable")
    rows = [
        ("of one object, and surest", most[found.same[most]]),
        ("of different objects, and surest to be of one", most[~found.same[most]]),
        ("of one object, and least sure", most[found.same[most]][::-1]),
    ]
    with Steps("drawing", 1) as steps:
        figure = figures.pair_gallery(
            [(heading, list(_shown(found, order[:ACROSS].tolist()))) for heading, order in rows], subtitle=subtitle
        )
        figures.save_figure(figure, folder / "pairs.png")
        steps.step("pairs")
    if found.pairs.directed:
        _draw_queries(folder, found, subtitle)


LABELS = {
    "cosine": "cosine",
    "csls": "CSLS",
    "phash": "perceptual hash",
    "local": "local features",
    "metres": "metres",
}
"""What a figure calls a score."""


def _shown(found: Matched, pairs: Iterable[int]) -> Iterable[figures.ShownPair]:
    files = found.photos.files
    for pair in pairs:
        words = f"{'same' if found.same[pair] else 'different'} · probability {found.probability[pair]:.2f}"
        left, right = (thumbnail(files[row], GALLERY_SIDE) for row in (found.pairs.left[pair], found.pairs.right[pair]))
        yield figures.ShownPair(left, right, (words, found.words(pair)), bool(found.same[pair]))


def _draw_queries(folder: Path, found: Matched, subtitle: str) -> None:
    """The first photos that ask, each with its candidates, the likeliest first."""
    photos = found.photos
    for number, query in enumerate(np.unique(found.pairs.left)[:QUERIES].tolist()):
        pairs = np.flatnonzero(found.pairs.left == query)
        pairs = pairs[np.argsort(-found.score[pairs], kind="stable")]
        grid = [
            figures.Found(
                image=thumbnail(photos.files[found.pairs.right[pair]]),
                score=float(found.measured["cosine"][pair] if "cosine" in found.measured else found.probability[pair]),
                title=photos.title[found.pairs.right[pair]],
                about=f"probability {found.probability[pair]:.2f}",
                relevant=bool(found.same[pair]),
            )
            for pair in pairs.tolist()
        ]
        what = "cosines" if "cosine" in found.measured else "probabilities"
        figure = figures.ranking_grid(
            "Which of these shows the same object?", grid, asking=thumbnail(photos.files[query]),
            note=f"numbers: {what}; ordered by what the run ranks by", subtitle=subtitle,
        )  # fmt: skip
        figures.save_figure(figure, folder / f"candidates_{number + 1:02d}.png")


def show(found: Matched, metrics: Mapping[str, Estimate], fusion: Fusion) -> None:
    """Print the figures with their intervals, and what the groups came to."""
    console = Console(highlight=False)
    console.print(metrics_table("same object", metrics, over="over objects"))
    if not found.pairs.directed:
        sizes = np.bincount(found.group)
        console.print(f"{int((sizes > 1).sum())} groups of two photos and more stand in {PAGE}")
    console.print(
        f"The matcher that is kept takes two photos for one object from a probability of {fusion.threshold:.2f} on"
    )
