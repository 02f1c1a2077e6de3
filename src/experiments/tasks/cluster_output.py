"""Tables, figures, photo map and terminal output of the task `cluster`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from rich.text import Text

from components import figures
from components.clusterers import Agglomerative, Clusterer
from components.data import Photos
from components.k_selection import Choice
from components.metrics import Contingency, Estimate, contingency
from components.results import NOISE, Partition
from components.storage import atomic_path
from experiments.console import metrics_table, plain_table
from experiments.tasks.cluster_cache import Layout

TERMINAL_METRICS = (
    "ari",
    "ari_between_seeds",
    "homogeneity",
    "completeness",
    "v_measure",
    "ami",
    "rand",
    "matched_accuracy",
    "silhouette",
    "silhouette_cosine",
    "noise",
)
"""Metrics that are printed on the terminal."""


MAX_COLUMNS = 10
"""Largest number of clusters that have a column each on the terminal."""

MAX_CLASSES = 3
"""Number of classes listed for each cluster where there are more clusters."""


@dataclass(frozen=True)
class FigureData:
    """Data of the figures and of the photo map.

    Attributes:
        partition: Partition of the first seed.
        silhouettes: (n,) silhouettes by metric.
        layouts: Layouts of the photos; the last one is used for the map.
        choices: Choices of the criteria for the number of clusters.
        seconds: Time that clustering for all k took.
        photos: The n decoded photos.
        vectors: (n, d) vectors that were clustered.
        clusterer: Clusterer of the run.
        subtitle: Subtitle of every figure.
    """

    partition: Partition
    silhouettes: Mapping[str, NDArray[np.float64]]
    layouts: Sequence[Layout]
    choices: Sequence[Choice]
    seconds: float
    photos: Photos
    vectors: NDArray[np.float32]
    clusterer: Clusterer
    subtitle: str


def write_tables(folder: Path, partition: Partition, choices: Sequence[Choice]) -> None:
    """Write k_selection.csv (one row per criterion and k) and contingency.csv, where there are such data."""
    rows = [
        {
            "criterion": choice.criterion,
            "k": k,
            "score": score,
            "error": error,
            "chosen": k == choice.k,
            "remark": choice.remark,
        }
        for choice in choices
        for k, score, error in zip(
            choice.ks, choice.scores, choice.standard_errors or [np.nan] * len(choice.ks), strict=True
        )
    ]
    if rows:
        with atomic_path(folder / "k_selection.csv") as path:
            pd.DataFrame(rows).to_csv(path, index=False)
    labelled = partition.labelled()
    if len(labelled):
        table = contingency(labelled)
        frame = pd.DataFrame(table.counts, index=list(table.classes), columns=list(table.clusters))
        with atomic_path(folder / "contingency.csv") as path:
            frame.to_csv(path, index_label="class")


def draw(folder: Path, data: FigureData) -> list[str]:
    """Draw all figures into `folder`/figures, as PNG, and write photo_map.html.

    Returns a note for each figure that could not be drawn.
    """
    points, about = data.layouts[-1]
    manifest = data.photos.manifest
    notes = figures.save_figures(
        folder / "figures", _layout_drawings(data) | _class_drawings(data) | _cluster_drawings(data)
    )
    return notes + figures.save_page(
        folder / "photo_map.html",
        lambda: figures.photo_map_page(
            points,
            data.partition,
            data.photos.array,
            about=about,
            texts=figures.PhotoTexts(manifest.title, manifest.description),
            subtitle=data.subtitle,
        ),
    )


def _layout_drawings(data: FigureData) -> dict[str, figures.Drawing]:
    """Return the drawings of the photos in two dimensions: as points, by cluster, and as thumbnails."""
    partition, subtitle = data.partition, data.subtitle
    names = tuple(f"cluster {number}" for number in range(max(partition.clusters, default=-1) + 1))
    by_cluster = figures.Groups(partition.cluster, names, none="noise")
    points, about = data.layouts[-1]
    return {
        "scatter": lambda: figures.scatter(data.layouts, title="Photos in two dimensions", subtitle=subtitle),
        "scatter_by_cluster": lambda: figures.scatter(
            data.layouts, by_cluster, title="Photos in two dimensions, by cluster", subtitle=subtitle
        ),
        "photo_map": lambda: figures.photo_map(points, partition, data.photos.array, about=about, subtitle=subtitle),
    }


def _class_drawings(data: FigureData) -> dict[str, figures.Drawing]:
    """Return the drawings of clusters compared with classes; none if no photo has a class."""
    partition, subtitle = data.partition, data.subtitle
    classes = tuple(sorted(set(partition.label.tolist()) - {""}))
    if not classes:
        return {}
    index_of = {name: index for index, name in enumerate(classes)}
    by_class = figures.Groups(np.array([index_of.get(label, -1) for label in partition.label.tolist()]), classes)
    table = contingency(partition.labelled())
    return {
        "scatter_by_class": lambda: figures.scatter(
            data.layouts, by_class, title="Photos in two dimensions, by class", subtitle=subtitle
        ),
        "contingency": lambda: figures.contingency_matrix(table, subtitle=subtitle),
        "matched_confusion": lambda: figures.matched_confusion(table, subtitle=subtitle),
        "pair_confusion": lambda: figures.pair_matrix(table, subtitle=subtitle),
    }


def _cluster_drawings(data: FigureData) -> dict[str, figures.Drawing]:
    """Return the drawings of silhouettes, of criteria for k, and of the dendrogram, where there are such data."""
    partition, subtitle, clusterer = data.partition, data.subtitle, data.clusterer
    k = len(partition.clusters)
    drawings: dict[str, figures.Drawing] = {}
    if k > 1:
        drawings["silhouettes"] = lambda: figures.silhouette_plot(
            partition, data.silhouettes["silhouette"], subtitle=subtitle
        )
    elbow = next((choice for choice in data.choices if choice.criterion == "elbow" and choice.ks), None)
    if elbow:
        drawings["elbow"] = lambda: figures.elbow_curve(elbow, data.seconds, subtitle=subtitle)
    if any(choice.ks for choice in data.choices):
        drawings["k_criteria"] = lambda: figures.k_criteria(data.choices, k, subtitle=subtitle)
    if isinstance(clusterer, Agglomerative):
        drawings["dendrogram"] = lambda: figures.dendrogram(clusterer.tree(data.vectors), partition, subtitle=subtitle)
    return drawings


def show(metrics: Mapping[str, Estimate], partition: Partition, choices: Sequence[Choice]) -> None:
    """Print the metrics with their intervals, the choice of each criterion, and classes by cluster."""
    console = Console()
    console.print(metrics_table("clusters", metrics, TERMINAL_METRICS))
    if any(choice.ks for choice in choices):
        table = plain_table("number of clusters")
        for heading in ("criterion", "k", "rule"):
            table.add_column(heading, justify="right" if heading == "k" else "left")
        for choice in choices:
            table.add_row(choice.criterion.replace("_", " "), str(choice.k or "none"), choice.rule)
        console.print(table)
    labelled = partition.labelled()
    if len(labelled):
        counts = contingency(labelled)
        console.print(_narrow_table(counts) if len(counts.clusters) > MAX_COLUMNS else _wide_table(counts))


def _wide_table(counts: Contingency) -> Table:
    """Return a table with one row per class and one column per cluster."""
    table = plain_table("classes by cluster")
    table.add_column("class")
    for name in counts.clusters:
        table.add_column(name, justify="right", style="dim" if name == str(NOISE) else "")
    for label, row in zip(counts.classes, counts.counts, strict=True):
        table.add_row(Text(label), *(f"{count:,}" if count else "·" for count in row.tolist()))
    return table


def _narrow_table(counts: Contingency) -> Table:
    """Return a table with one row per cluster and its most frequent classes, for more clusters than have columns."""
    table = plain_table("most frequent classes of each cluster", caption="all of them in contingency.csv")
    table.add_column("cluster", justify="right")
    table.add_column("photos", justify="right")
    table.add_column("classes", overflow="fold")
    for name, column in zip(counts.clusters, counts.counts.T, strict=True):
        order = np.argsort(-column, kind="stable")
        present = [index for index in order.tolist() if column[index]]
        listed = [f"{counts.classes[index]} {column[index]:,}" for index in present[:MAX_CLASSES]]
        more = [f"and {len(present) - MAX_CLASSES} more"] if len(present) > MAX_CLASSES else []
        table.add_row(name, f"{column.sum():,}", Text(", ".join([*listed, *more])))
    return table
