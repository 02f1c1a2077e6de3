"""Task `cluster`: embed photos, choose a number of clusters, divide them, measure against the classes, draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer, by_size
from components.data import Manifest, Photos
from components.embedders import Embedder
from components.errors import DataError
from components.k_selection import (
    CalinskiHarabasz,
    Choice,
    Criterion,
    DaviesBouldin,
    Elbow,
    Gap,
    Silhouette,
    Stability,
    disagreement,
)
from components.metrics import Estimate, ari_between_seeds, chance_warning, clustering_metrics, silhouettes
from components.projections import Pca, Projection
from components.results import NOISE, Partition
from components.training import device_name, pick_device
from experiments.console import terminal
from experiments.runs import Outcome, Run, write_partitions
from experiments.tasks.cluster_cache import choices_of, layout_of
from experiments.tasks.cluster_output import Drawn, draw, show, write_tables

CRITERIA: tuple[Criterion, ...] = (Elbow(), Silhouette(), Gap(), CalinskiHarabasz(), DaviesBouldin(), Stability())

FIRST = ("ari", "ari_between_seeds", "homogeneity", "completeness", "v_measure", "silhouette", "k")
"""Metrics in the order in which tables show them, the thesis's; the others follow."""


@dataclass(frozen=True)
class Clusters:
    """Photos divided by several seeds.

    Attributes:
        partitions: One a seed.
        silhouettes: For each partition, (n,) by metric: "silhouette" (Euclidean), "silhouette_cosine".
    """

    partitions: list[Partition]
    silhouettes: list[dict[str, NDArray[np.float64]]]


def cluster(
    *,
    data: Manifest,
    pixels: Callable[[Manifest], Photos],
    embedder: Embedder,
    projection: Projection,
    clusterer: Clusterer,
    k_selection: Criterion,
    k_max: int,
    seed: int,
    replicates: int,
    device: str,
    run: Run,
) -> Outcome:
    """Divide photos into clusters by their embeddings, and say how well those are the classes.

    Args:
        data: The photos; their classes are only what clusters are held against.
        pixels: Decodes the photos, for the figures; photos that cannot be read are left out.
        embedder: Photos to unit vectors.
        projection: Lays the vectors out on the plane, for the figures; clusters are made of the vectors themselves.
        clusterer: Vectors to clusters.
        k_selection: Chooses the number of clusters. All criteria are evaluated and shown beside it.
        k_max: Largest number that the criteria look at.
        seed: Of the first replicate, of draws and layouts.
        replicates: Clusterings, each with its own seed; one that no seed changes is made once.
        device: Name of the device, or "auto".
        run: Where to write and whom to tell.

    Returns:
        Metrics with intervals over photos and seeds; clusters, criteria, figures and the map lie in the folder.

    Raises:
        DataError: When the criterion finds no number of clusters.
    """
    place = pick_device(device)
    exact = "cpu" if place.type == "mps" else str(place)  # distances need double precision
    photos = pixels(data)
    vectors = embedder.embed_images(photos.manifest.files)
    choices: list[Choice] = []
    seconds, k = 0.0, 1
    if not clusterer.finds_k:
        criteria = [k_selection, *(one for one in CRITERIA if one.name != k_selection.name)]
        with terminal.Steps("number of clusters", len(criteria)) as steps:
            choices, seconds = choices_of(
                vectors, clusterer, criteria, min(k_max, len(vectors)), seed=seed, device=exact, progress=steps.step
            )
        k = chosen(choices)
    seeds = [seed + replicate for replicate in range(replicates)]
    found = divided(photos.manifest, vectors, clusterer, k, seeds, exact)
    with terminal.Steps("layouts", 2) as steps:
        layouts = []
        for one in (Pca(), projection) if not isinstance(projection, Pca) else (projection,):
            layouts.append(layout_of(vectors, one, seed))
            steps.step(layouts[-1][1])

    of_photos = [one | noise_of(partition) for one, partition in zip(found.silhouettes, found.partitions, strict=True)]
    metrics = clustering_metrics(found.partitions, of_photos, seed=seed)
    if clusterer.seeded and replicates > 1:
        metrics["ari_between_seeds"] = ari_between_seeds(found.partitions, seed=seed)
    metrics |= numbers_of_clusters(found.partitions, choices)
    metrics = {name: metrics[name] for name in (*(one for one in FIRST if one in metrics), *metrics)}
    sizes = f"n = {len(vectors):,} · {vectors.shape[1]} dimensions"
    remarks = [one.remark for one in choices if one.criterion == "elbow"]
    write_partitions(run.folder, found.partitions)
    write_tables(run.folder, found.partitions[0], choices)
    drawn = Drawn(
        partition=found.partitions[0],
        silhouettes=found.silhouettes[0],
        layouts=layouts,
        choices=choices,
        seconds=seconds,
        photos=photos,
        vectors=vectors,
        clusterer=clusterer,
        subtitle=f"{run.subtitle} · n = {len(vectors):,}",
    )
    draw(run.folder, drawn)
    return Outcome(
        metrics=metrics,
        protocol=" · ".join([sizes, *remarks, device_name(place)]),
        notes=tuple(notes(found.partitions[0], choices)),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, found.partitions[0], choices),
    )


def chosen(choices: Sequence[Choice]) -> int:
    """The number of clusters that the first of the criteria chooses.

    Raises:
        DataError: When it finds none.
    """
    own, *others = choices
    if own.k is None:
        listed = ", ".join(f"{one.criterion} {one.k}" for one in others if one.k is not None)
        raise DataError(
            f"k_selection={own.criterion} finds no number of clusters up to k_max={max(own.ks, default=0)} (others: "
            f"{listed}): raise k_max, take another, or name a number: k_selection=fixed k_selection.k=5"
        )
    return own.k


def divided(
    manifest: Manifest, vectors: NDArray[np.float32], clusterer: Clusterer, k: int, seeds: Sequence[int], device: str
) -> Clusters:
    """Clusters of the photos for every seed, the largest first, and their silhouettes.

    Where no seed changes the result one partition stands for all.
    """
    labels = clusterer.partitions(vectors, (k,), seeds if clusterer.seeded else seeds[:1])[:, 0]
    labels = np.stack([by_size(one) for one in labels])
    euclidean, cosine = (silhouettes(vectors, labels, metric, device) for metric in ("euclidean", "cosine"))
    partitions = [Partition(manifest.path, manifest.label, one) for one in labels]
    measured = [{"silhouette": one, "silhouette_cosine": other} for one, other in zip(euclidean, cosine, strict=True)]
    times = 1 if clusterer.seeded else len(seeds)
    return Clusters(partitions * times, measured * times)


def noise_of(partition: Partition) -> dict[str, NDArray[np.float64]]:
    """(n,) 1 for photos in no cluster, where there are any: its mean is the share of noise."""
    return {"noise": (partition.cluster == NOISE).astype(np.float64)} if partition.noise else {}


def numbers_of_clusters(partitions: Sequence[Partition], choices: Sequence[Choice]) -> dict[str, Estimate]:
    """The number of clusters, and what each criterion chose; numbers that no interval belongs to."""
    n, nan = len(partitions[0]), float("nan")
    counts = tuple(float(len(one.clusters)) for one in partitions)
    found = {"k": Estimate(sum(counts) / len(counts), nan, nan, n, counts)}
    for one in choices:
        if one.ks:
            value = nan if one.k is None else float(one.k)
            found[f"k_{one.criterion}"] = Estimate(value, nan, nan, n, (value,))
    return found


def notes(partition: Partition, choices: Sequence[Choice]) -> list[str]:
    """What a reader of the figures must know."""
    found = []
    if partition.noise:
        found.append(
            f"{partition.noise:,} of {len(partition):,} photos are noise, in no cluster: against the classes they are "
            "one group more, and they have no silhouette"
        )
    unlabelled = int((partition.label == "").sum())
    if unlabelled:
        found.append(f"{unlabelled:,} of {len(partition):,} photos have no class: they are clustered, not measured")
    if warning := chance_warning(partition):
        found.append(warning)
    if said := disagreement(choices):
        found.append(said)
    return found
