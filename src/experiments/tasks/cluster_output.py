"""What a clustering leaves in its folder and on the terminal: tables, figures, and the map of the photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from components import figures
from components.clusterers import Agglomerative, Clusterer
from components.data import Photos
from components.k_selection import Choice
from components.metrics import Estimate, contingency
from components.results import NOISE, Partition
from components.storage import atomic_path
from experiments.console import metrics_table

SHOWN = (
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


@dataclass(frozen=True)
class Drawn:
    """What the figures are made of.

    Attributes:
        partition: Of the first seed.
        silhouettes: (n,) by metric.
        layouts: (n, 2) points and what they are in words, the last one the map's.
        choices: Of the criteria for the number of clusters.
        seconds: That all k took together.
        photos: What the map shows.
        vectors: (n, d) what was clustered.
        clusterer: What clustered them.
        subtitle: Of every figure.
    """

    partition: Partition
    silhouettes: Mapping[str, NDArray[np.float64]]
    layouts: Sequence[tuple[NDArray[np.float64], str]]
    choices: Sequence[Choice]
    seconds: float
    photos: Photos
    vectors: NDArray[np.float32]
    clusterer: Clusterer
    subtitle: str


def write_tables(folder: Path, partition: Partition, choices: Sequence[Choice]) -> None:
    """Write k_selection.csv (a row a criterion and k) and contingency.csv, where there is something to write."""
    rows = [
        {"criterion": one.criterion, "k": k, "score": score, "error": error, "chosen": k == one.k, "remark": one.remark}
        for one in choices
        for k, score, error in zip(one.ks, one.scores, one.spread or [np.nan] * len(one.ks), strict=True)
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


def draw(folder: Path, drawn: Drawn) -> None:
    """Draw every figure of a clustering into `folder`/figures, and write photo_map.html."""
    for name, figure in _figures(drawn).items():
        figures.save_figure(figure, folder / "figures" / f"{name}.png")
    points, about = drawn.layouts[-1]
    manifest = drawn.photos.manifest
    page = figures.photo_map_page(
        points,
        drawn.partition,
        drawn.photos.array,
        about=about,
        texts=figures.Texts(manifest.title, manifest.description),
        subtitle=drawn.subtitle,
    )
    with atomic_path(folder / "photo_map.html") as path:
        path.write_text(page, encoding="utf-8")


def _figures(drawn: Drawn) -> dict[str, Figure]:
    partition, subtitle = drawn.partition, drawn.subtitle
    k = len(partition.clusters)
    classes = tuple(sorted(set(partition.label.tolist()) - {""}))
    number = {name: place for place, name in enumerate(classes)}
    by_class = figures.Groups(np.array([number.get(one, -1) for one in partition.label.tolist()]), classes)
    names = tuple(f"cluster {one}" for one in range(max(partition.clusters, default=-1) + 1))
    by_cluster = figures.Groups(partition.cluster, names, none="noise")
    points, about = drawn.layouts[-1]
    found = {
        "scatter": figures.scatter(drawn.layouts, title="Photos on the plane", subtitle=subtitle),
        "scatter_by_cluster": figures.scatter(
            drawn.layouts, by_cluster, title="Photos on the plane, by cluster", subtitle=subtitle
        ),
        "photo_map": figures.photo_map(points, partition, drawn.photos.array, about=about, subtitle=subtitle),
    }
    if classes:
        table = contingency(partition.labelled())
        found |= {
            "scatter_by_class": figures.scatter(
                drawn.layouts, by_class, title="Photos on the plane, by class", subtitle=subtitle
            ),
            "contingency": figures.contingency_matrix(table, subtitle=subtitle),
            "matched_confusion": figures.matched_confusion(table, subtitle=subtitle),
            "pair_confusion": figures.pair_matrix(table, subtitle=subtitle),
        }
    if k > 1:
        found["silhouettes"] = figures.silhouette_plot(partition, drawn.silhouettes["silhouette"], subtitle=subtitle)
    if any(one.ks for one in drawn.choices):
        elbow = next(one for one in drawn.choices if one.criterion == "elbow")
        found["elbow"] = figures.elbow_curve(elbow, drawn.seconds, subtitle=subtitle)
        found["k_criteria"] = figures.k_criteria(drawn.choices, k, subtitle=subtitle)
    if isinstance(drawn.clusterer, Agglomerative):
        found["dendrogram"] = figures.dendrogram(drawn.clusterer.tree(drawn.vectors), partition, subtitle=subtitle)
    return found


def show(metrics: Mapping[str, Estimate], partition: Partition, choices: Sequence[Choice]) -> None:
    """Print the figures with their intervals, what each criterion chose, and classes against clusters."""
    console = Console()
    console.print(metrics_table("clusters", metrics, SHOWN))
    if any(one.ks for one in choices):
        chosen = Table(title="number of clusters", title_justify="left")
        for heading in ("criterion", "k", "takes the"):
            chosen.add_column(heading, justify="right" if heading == "k" else "left")
        for choice in choices:
            chosen.add_row(choice.criterion.replace("_", " "), str(choice.k or "none"), choice.reads)
        console.print(chosen)
    labelled = partition.labelled()
    if len(labelled):
        counts = contingency(labelled)
        by_class = Table(title="classes and clusters", title_justify="left")
        by_class.add_column("class")
        for name in counts.clusters:
            by_class.add_column(name, justify="right", style="dim" if name == str(NOISE) else "")
        for label, row in zip(counts.classes, counts.counts, strict=True):
            by_class.add_row(label, *(f"{count:,}" if count else "·" for count in row.tolist()))
        console.print(by_class)
