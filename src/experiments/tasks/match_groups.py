"""Groups of photos that the task `match` takes to show one object: groups.csv and the page groups.html."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components import figures
from components.storage import atomic_path
from components.wording import counted
from experiments.console import Steps
from experiments.tasks.match_result import MatchResult
from experiments.tasks.thumbnails import thumbnail

PAGE = "groups.html"
MAX_GROUPS = 300
"""Largest number of groups on the page; groups with photos of several objects come first."""

MAX_MEMBERS, MAX_PAIRS = 40, 60
"""Largest number of photos and of pairs shown per group: chains of wrong pairs can join hundreds of photos."""

PHOTO_SIDE = 160
"""Side of the photos on the page, in pixels."""


def write_groups(folder: Path, result: MatchResult, subtitle: str) -> list[str]:
    """Write groups.csv, one row per photo, and groups.html with the groups of two or more photos.

    Args:
        folder: Folder of the run.
        result: Result of the match.
        subtitle: Subtitle of the page.

    Returns:
        A note if the page could not be drawn.
    """
    photos = result.photos
    with atomic_path(folder / "groups.csv") as path:
        columns = {"photo": photos.path, "group": result.group, "object_id": photos.object_id}
        pd.DataFrame(columns).to_csv(path, index=False)
    return figures.save_page(folder / PAGE, lambda: _page(result, subtitle))


def _page(result: MatchResult, subtitle: str) -> str:
    photos = result.photos
    numbers, sizes = np.unique(result.group, return_counts=True)
    members = {int(number): np.flatnonzero(result.group == number) for number in numbers[sizes > 1]}
    mixed = {number: len(set(photos.object_id[rows].tolist())) > 1 for number, rows in members.items()}
    shown = sorted(members, key=lambda number: (not mixed[number], number))[:MAX_GROUPS]
    pairs_of_group: dict[int, list[int]] = {}
    for pair in np.flatnonzero(result.decided).tolist():
        pairs_of_group.setdefault(int(result.group[result.pairs.left[pair]]), []).append(pair)
    groups = []
    with Steps("groups", len(shown)) as steps:
        for number in shown:
            groups.append(_group(result, members[number], pairs_of_group[number], mixed=mixed[number]))
            steps.step("")
    summary = (
        f"{counted(len(photos), 'photo')}: {counted(len(members), 'group')} of two or more photos, "
        f"{sum(mixed.values()):,} of them with photos of several objects; "
        f"{counted(int((sizes == 1).sum()), 'photo')} in no group. A group contains the photos that are connected, "
        "directly or through others, by pairs above the threshold."
    )
    if len(shown) < len(members):
        summary += (
            f" The page shows {len(shown)} groups, those with photos of several objects first; groups.csv contains all."
        )
    return figures.object_groups_page(groups, summary=summary, subtitle=subtitle)


def _group(result: MatchResult, rows: NDArray[np.int64], pairs: list[int], *, mixed: bool) -> figures.ObjectGroup:
    photos = result.photos
    members = [
        figures.Member(
            thumbnail(photos.files[row], PHOTO_SIDE), photos.path[row], photos.title[row], photos.object_id[row]
        )
        for row in rows[:MAX_MEMBERS]
    ]
    most_probable = sorted(pairs, key=lambda pair: -result.probability[pair])[:MAX_PAIRS]
    links = [
        f"{photos.path[result.pairs.left[pair]]} and {photos.path[result.pairs.right[pair]]}: probability "
        f"{result.probability[pair]:.2f} ({result.score_text(pair)})"
        for pair in most_probable
    ]
    return figures.ObjectGroup(members, links, mixed, len(rows) - len(members))
