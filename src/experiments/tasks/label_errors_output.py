"""Tables, figures and terminal output of the task `label_errors`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from components import figures
from components.data import INTERNAL, Manifest, Photos
from components.label_errors import LabelErrors, Overlap, overlapping_classes
from components.metrics import Estimate
from components.results import Predictions
from components.wording import counted
from experiments.console import metrics_table, plain_table, short_number
from experiments.tasks.classify_output import write_csv

WRONG, NO_CLASS = "label", "no class"
"""What is doubted of a photo: its label, or that it is of any class."""

LISTED = 10
"""Number of photos, and of pairs of classes, on the terminal."""

DRAWN = {WRONG: 12, NO_CLASS: 8}
"""Number of photos in the gallery."""


@dataclass(frozen=True)
class Doubts:
    """What is listed of a run.

    Attributes:
        photos: One row per doubted photo, as in label_errors.csv.
        overlaps: Pairs of classes, those with most photos first.
        n: Number of photos that were judged.
    """

    photos: pd.DataFrame
    overlaps: list[Overlap]
    n: int


def doubted_photos(
    predictions: Predictions, found: LabelErrors, before: NDArray[np.object_] | None = None
) -> pd.DataFrame:
    """Return one row per doubted photo: probably wrong labels by descending doubt, then photos that fit no class.

    Columns: path, what (`label` or `no class`), label, suggested ("" for photos that fit no class), the probability of
    the label and of the most probable class, margin, unknown_score and, if labels were replaced, label_before.

    Args:
        predictions: Held-out predictions.
        found: What was found in them.
        before: (n,) labels before some were replaced at random; None if none were.
    """
    wrong, outliers = np.flatnonzero(found.wrong), np.flatnonzero(found.no_class)
    wrong = wrong[np.argsort(-found.doubt[wrong], kind="stable")]
    outliers = outliers[np.argsort(-predictions.unknown_score[outliers], kind="stable")]
    rows = np.concatenate([wrong, outliers])
    names = np.array(predictions.class_names, dtype=object)
    is_wrong = np.arange(len(rows)) < len(wrong)
    columns = {
        "path": predictions.ids[rows],
        "what": np.where(is_wrong, WRONG, NO_CLASS),
        "label": names[predictions.y_true[rows]],
        "suggested": np.where(is_wrong, names[found.suggested[rows]], ""),
        "probability_of_label": 1 - found.doubt[rows],
        "probability_of_suggested": predictions.confidence[rows],
        "margin": found.margin[rows],
        "unknown_score": predictions.unknown_score[rows],
    }
    return pd.DataFrame(columns | ({} if before is None else {"label_before": before[rows]}))


def write_tables(
    folder: Path,
    manifest: Manifest,
    predictions: Predictions,
    found: LabelErrors,
    before: NDArray[np.object_] | None,
) -> Doubts:
    """Write label_errors.csv, overlapping_classes.csv and, unless labels were replaced, relabelled.csv.

    Args:
        folder: Folder of the run.
        manifest: All photos.
        predictions: Held-out predictions.
        found: What was found in them.
        before: (n,) labels before some were replaced at random; None if none were.
    """
    photos = doubted_photos(predictions, found, before)
    overlaps = overlapping_classes(found.joint, predictions.class_names)
    write_csv(folder / "label_errors.csv", photos.round(6))
    write_csv(folder / "overlapping_classes.csv", overlap_table(overlaps))
    if before is None:
        write_csv(folder / "relabelled.csv", relabelled(manifest, photos))
    return Doubts(photos, overlaps, len(predictions))


def overlap_table(overlaps: list[Overlap]) -> pd.DataFrame:
    """Return one row per pair of classes: class, other, class_as_other, other_as_class, both, share."""
    rows = [(*one.classes, *one.taken, one.count, round(one.share, 6)) for one in overlaps]
    return pd.DataFrame(rows, columns=["class", "other", "class_as_other", "other_as_class", "both", "share"])


def relabelled(manifest: Manifest, photos: pd.DataFrame) -> pd.DataFrame:
    """Return a table of all photos for `data=table`, with the suggested label where the label is probably wrong.

    Paths are absolute. Columns that are empty are left out; `label_before` has the labels of the manifest.

    Args:
        manifest: All photos.
        photos: The doubted ones; see `doubted_photos`.
    """
    columns = {name: column for name, column in manifest.columns().items() if not name.startswith(INTERNAL)}
    columns.pop("sha256")
    label = manifest.label.copy()
    wrong = photos[photos["what"] == WRONG]
    label[manifest.rows_of(wrong["path"].tolist())] = wrong["suggested"].to_numpy(dtype=object)
    table = pd.DataFrame(columns | {"path": [str(file.absolute()) for file in manifest.files], "label": label})
    filled = [name for name in table if not (table[name].isna() | (table[name] == "")).all()]
    return table[filled].assign(label_before=manifest.label)


def draw(
    folder: Path, photos: Photos, predictions: Predictions, found: LabelErrors, doubts: Doubts, subtitle: str
) -> list[str]:
    """Draw the gallery of doubted labels and the matrix of labels and confident classes.

    Returns a note for each figure that could not be drawn.

    Args:
        folder: Folder of the figures.
        photos: Decoded photos.
        predictions: Held-out predictions.
        found: What was found in them.
        doubts: What is listed.
        subtitle: Subtitle of every figure.
    """
    joint = found.joint.astype(np.int64)
    drawings: dict[str, figures.Drawing] = {}
    if len(doubts.photos):
        drawings["label_errors"] = partial(_gallery, photos, doubts.photos, subtitle)
    drawings["overlapping_classes"] = lambda: figures.label_matrix(joint, predictions.class_names, subtitle=subtitle)
    return figures.save_figures(folder, drawings)


def _gallery(photos: Photos, table: pd.DataFrame, subtitle: str) -> Figure:
    headings = {WRONG: "Probably wrong, least probable label first", NO_CLASS: "Fit no class, farthest first"}
    sections = []
    for what, heading in headings.items():
        of_kind = table[table["what"] == what]
        shown = of_kind.head(DRAWN[what])
        count = f"{len(shown)} of {len(of_kind)}" if len(shown) < len(of_kind) else f"{len(of_kind)}"
        rows = photos.manifest.rows_of(shown["path"].tolist())
        doubted = [
            figures.DoubtedLabel(
                photos.array[row],
                str(one["label"]),
                float(one["probability_of_label"]),
                str(one["suggested"]),
                float(one["probability_of_suggested"]),
                str(photos.manifest.title[row]) or str(one["path"]).rsplit("/", 1)[-1],
                str(one["label_before"]) if one.get("label_before", one["label"]) != one["label"] else "",
            )
            for row, (_, one) in zip(rows.tolist(), shown.iterrows(), strict=True)
        ]
        sections.append((f"{heading}: {count}", doubted))
    return figures.label_gallery(sections, subtitle=subtitle)


def show(metrics: Mapping[str, Estimate], doubts: Doubts) -> None:
    """Print the metrics with their intervals, the most doubted photos and the classes that overlap most."""
    console = Console(highlight=False)
    console.print(metrics_table("labels", metrics, over="over photos"))
    if len(doubts.photos):
        console.print(photo_table(doubts))
    if doubts.overlaps:
        console.print(class_table(doubts.overlaps))


def photo_table(doubts: Doubts) -> Table:
    """Return the first doubted photos as a terminal table."""
    counts = doubts.photos["what"].value_counts()
    wrong, outliers = int(counts.get(WRONG, 0)), int(counts.get(NO_CLASS, 0))
    title = f"{counted(wrong, 'label')} of {doubts.n:,} probably wrong, {counted(outliers, 'other photo')} of no class"
    table = plain_table(title, caption=f"{min(LISTED, len(doubts.photos))} shown; all are in label_errors.csv")
    table.add_column("photo", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("label", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("P", justify="right", no_wrap=True)
    table.add_column("suggested", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("P", justify="right", no_wrap=True)
    table.expand = True
    for _, row in doubts.photos.head(LISTED).iterrows():
        suggested = row["suggested"] or "[dim]none[/]"
        of_suggested = short_number(row["probability_of_suggested"]) if row["suggested"] else ""
        of_label = short_number(row["probability_of_label"])
        table.add_row(str(row["path"]), str(row["label"]), of_label, suggested, of_suggested)
    return table


def class_table(overlaps: list[Overlap]) -> Table:
    """Return the pairs of classes that overlap most as a terminal table."""
    table = plain_table("classes that overlap", caption="number of photos that are confidently of the other class")
    table.add_column("class", no_wrap=True, overflow="ellipsis")
    table.add_column("taken for", no_wrap=True, overflow="ellipsis")
    table.add_column("photos", justify="right")
    table.add_column("and back", justify="right")
    for one in overlaps[:LISTED]:
        table.add_row(*one.classes, *map(str, one.taken))
    return table
