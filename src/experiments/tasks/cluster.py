"""Task `cluster`: embed photos, choose a number of clusters, cluster, and compare the clusters with the classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer, check_ks, distinct_rows, relabel_by_size
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
from components.wording import counted
from experiments.console import Steps
from experiments.runs import Outcome, Run, write_partitions
from experiments.tasks.cluster_cache import Layout, choices_of, layout_of
from experiments.tasks.cluster_output import FigureData, draw, show, write_tables

NAMED_BY = ("embedder", "clusterer")
"""Configuration groups whose options name a run of this task."""

CRITERIA: tuple[Criterion, ...] = (Elbow(), Silhouette(), Gap(), CalinskiHarabasz(), DaviesBouldin(), Stability())
"""Criteria for the number of clusters; all are evaluated in every run."""

MIN_PHOTOS = 2
"""Fewest photos that can be clustered."""

FIRST_METRICS = ("ari", "ari_between_seeds", "homogeneity", "completeness", "v_measure", "silhouette", "k")
"""Metrics of the thesis, which tables show first; the others follow."""


@dataclass(frozen=True)
class Clusters:
    """Partitions of the photos, one per seed.

    Attributes:
        partitions: Partition of each seed.
        silhouettes: For each seed, (n,) silhouettes by metric: "silhouette" (Euclidean) and "silhouette_cosine".
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
    """Cluster photos by their embeddings and measure the agreement of clusters and classes.

    Args:
        data: The photos; their labels are used for evaluation only.
        pixels: Decodes the photos, for the figures; unreadable photos are left out.
        embedder: Maps photos to unit vectors.
        projection: Projects the vectors to two dimensions, for the figures; clustering uses the vectors themselves.
        clusterer: Clusters the vectors.
        k_selection: Criterion that chooses the number of clusters; the other criteria are evaluated for comparison.
        k_max: Largest number of clusters that the criteria evaluate.
        seed: Seed of replicate 0, of random draws and of the projections.
        replicates: Number of clusterings, each with its own seed; a clusterer without randomness runs once.
        device: Name of the device, or "auto".
        run: Run whose folder the results are written to.

    Returns:
        Metrics with intervals over photos and seeds. The folder of the run contains the clusters, the values of the
        criteria, figures and the photo map.

    Raises:
        ConfigError: There are more clusters than photos.
        DataError: There are fewer than two photos, or the criterion finds no number of clusters.
    """
    torch_device = pick_device(device)
    exact_device = "cpu" if torch_device.type == "mps" else str(torch_device)  # distances need double precision
    photos = pixels(data)
    if len(photos.manifest) < MIN_PHOTOS:
        raise DataError(f"task=cluster needs at least {MIN_PHOTOS} photos, found {len(photos.manifest)}")
    vectors = embedder.embed_images(photos.manifest.files)
    n_distinct = len(distinct_rows(vectors)[0])
    choices: list[Choice] = []
    seconds, k = 0.0, 1
    if not clusterer.finds_k and n_distinct > 1:
        criteria = [k_selection, *(criterion for criterion in CRITERIA if criterion.name != k_selection.name)]
        k_limit = min(k_max, len(vectors))
        with Steps("number of clusters", len(criteria)) as steps:
            choices, seconds = choices_of(
                vectors, clusterer, criteria, k_limit, seed=seed, device=exact_device, progress=steps.step
            )
        k = chosen_k(choices, k_max)
        check_ks((k,), len(vectors))
    seeds = [seed + replicate for replicate in range(replicates)]
    clusters = cluster_seeds(photos.manifest, vectors, clusterer, min(k, n_distinct), seeds, exact_device)
    partitions = clusters.partitions
    layouts = project(vectors, projection, seed)

    per_photo = [
        values | noise_indicator(partition) for values, partition in zip(clusters.silhouettes, partitions, strict=True)
    ]
    metrics = clustering_metrics(partitions, per_photo, seed=seed)
    if clusterer.seeded and replicates > 1:
        metrics["ari_between_seeds"] = ari_between_seeds(partitions, seed=seed)
    metrics |= k_estimates(partitions, choices)
    metrics = {name: metrics[name] for name in (*(name for name in FIRST_METRICS if name in metrics), *metrics)}
    write_partitions(run.folder, partitions)
    write_tables(run.folder, partitions[0], choices)
    figure_data = FigureData(
        partition=partitions[0],
        silhouettes=clusters.silhouettes[0],
        layouts=layouts,
        choices=choices,
        seconds=seconds,
        photos=photos,
        vectors=vectors,
        clusterer=clusterer,
        subtitle=f"{run.subtitle} · n = {len(vectors):,}",
    )
    undrawn = draw(run.folder, figure_data)
    sizes = f"n = {len(vectors):,} · {vectors.shape[1]} dimensions"
    elbow_remarks = [choice.remark for choice in choices if choice.criterion == "elbow"]
    return Outcome(
        metrics=metrics,
        protocol=" · ".join([sizes, *elbow_remarks, device_name(torch_device)]),
        notes=(*fewer_clusters(partitions[0], k, n_distinct), *notes_of(partitions[0], choices), *undrawn),
        left_out=photos.manifest.left_out,
        show=lambda: show(metrics, partitions[0], choices),
    )


def chosen_k(choices: Sequence[Choice], k_max: int) -> int:
    """Return the number of clusters that the first criterion chose.

    Args:
        choices: Choices of the criteria.
        k_max: Largest number of clusters that was asked for.

    Raises:
        DataError: It found none.
    """
    first, *others = choices
    if first.k is None:
        found = ", ".join(f"{choice.criterion} {choice.k}" for choice in others if choice.k is not None)
        compared = max((max(choice.ks, default=0) for choice in choices), default=0)
        limit, advice = f"{compared}, the number of photos", "Use another criterion"
        if compared >= k_max:
            limit, advice = f"k_max={k_max}", "Raise k_max, use another criterion"
        raise DataError(
            f"k_selection={first.criterion} finds no number of clusters up to {limit} (other criteria: "
            f"{found or 'none either'}). {advice}, or set the number: k_selection=fixed k_selection.k=2"
        )
    return first.k


def cluster_seeds(
    manifest: Manifest, vectors: NDArray[np.float32], clusterer: Clusterer, k: int, seeds: Sequence[int], device: str
) -> Clusters:
    """Cluster the photos with every seed, and compute the silhouettes; clusters are numbered by size, largest first.

    A clusterer without randomness runs once; its partition is repeated for every seed.

    Args:
        manifest: The n photos.
        vectors: (n, d) vectors.
        clusterer: Clusters the vectors.
        k: Number of clusters.
        seeds: Seed of each replicate.
        device: Device on which silhouettes are computed.
    """
    labels = clusterer.partitions(vectors, (k,), seeds if clusterer.seeded else seeds[:1])[:, 0]
    labels = np.stack([relabel_by_size(of_seed) for of_seed in labels])
    euclidean, cosine = (silhouettes(vectors, labels, metric, device) for metric in ("euclidean", "cosine"))
    partitions = [Partition(manifest.path, manifest.label, of_seed) for of_seed in labels]
    per_seed = [
        {"silhouette": of_euclidean, "silhouette_cosine": of_cosine}
        for of_euclidean, of_cosine in zip(euclidean, cosine, strict=True)
    ]
    repeats = 1 if clusterer.seeded else len(seeds)
    return Clusters(partitions * repeats, per_seed * repeats)


def project(vectors: NDArray[np.float32], projection: Projection, seed: int) -> list[Layout]:
    """Project the vectors to two dimensions with PCA and with `projection`; the last layout is that of the map."""
    layouts = []
    with Steps("layouts", 2) as steps:
        for component in (projection,) if isinstance(projection, Pca) else (Pca(), projection):
            layouts.append(layout_of(vectors, component, seed))
            steps.step(layouts[-1][1])
    return layouts


def noise_indicator(partition: Partition) -> dict[str, NDArray[np.float64]]:
    """Return {"noise": (n,) 1 for photos in no cluster}, or an empty dict if every photo is in a cluster."""
    return {"noise": (partition.cluster == NOISE).astype(np.float64)} if partition.noise else {}


def k_estimates(partitions: Sequence[Partition], choices: Sequence[Choice]) -> dict[str, Estimate]:
    """Return the number of clusters (k) and the choice of each criterion (k_CRITERION), without intervals."""
    n, nan = len(partitions[0]), float("nan")
    counts = tuple(float(len(partition.clusters)) for partition in partitions)
    estimates = {"k": Estimate(sum(counts) / len(counts), nan, nan, n, counts)}
    for choice in choices:
        if choice.ks:
            value = nan if choice.k is None else float(choice.k)
            estimates[f"k_{choice.criterion}"] = Estimate(value, nan, nan, n, (value,))
    return estimates


def fewer_clusters(partition: Partition, k: int, n_distinct: int) -> list[str]:
    """Return a note if there are fewer clusters than k, or all vectors are equal.

    Args:
        partition: Partition of the first seed.
        k: Number of clusters that was chosen; 1 if the clusterer finds it.
        n_distinct: Number of distinct vectors.
    """
    total, found = counted(len(partition), "photo"), len(partition.clusters)
    if n_distinct == 1:
        return [f"all {total} are equal for the embedder: there is nothing to tell apart, and at most one cluster"]
    if found >= k:
        return []
    if n_distinct < k:
        few = f"{total} have {n_distinct} different embeddings, and equal photos are in the same cluster"
        return [f"{counted(found, 'cluster')} instead of {k}: {few}"]
    return [f"{counted(found, 'cluster')} instead of {k}: the clusterer leaves the others empty"]


def notes_of(partition: Partition, choices: Sequence[Choice]) -> list[str]:
    """Return the notes of a run: noise, photos without a class, small samples, criteria that disagree."""
    notes = []
    total = counted(len(partition), "photo")
    if partition.noise:
        notes.append(
            f"{partition.noise:,} of {total} are noise, in no cluster: compared with the classes they count as one "
            "more cluster, and they have no silhouette"
        )
    unlabelled = int((partition.label == "").sum())
    if unlabelled:
        notes.append(
            f"{unlabelled:,} of {total} have no class: they are clustered, and left out of the comparison with classes"
        )
    return [*notes, *filter(None, (chance_warning(partition), disagreement(choices)))]
