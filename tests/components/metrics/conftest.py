from collections.abc import Callable, Sequence

import numpy as np
import pytest

from components.metrics import acceptance_threshold
from components.results import UNKNOWN, Partition, PerItemMetrics, Predictions

MakePredictions = Callable[..., Predictions]


@pytest.fixture(scope="session")
def make_predictions() -> MakePredictions:
    """Predictions of a model that gives the truth's logit `skill` more than the others; truth by `truth_seed`."""

    def make(
        n: int = 152,
        classes: int = 4,
        seed: int = 0,
        skill: float = 1.5,
        truth_seed: int = 7,
        prefix: str = "photo",
        decimals: int | None = None,
    ) -> Predictions:
        generator = np.random.default_rng(seed)
        truth = np.random.default_rng(truth_seed).integers(0, classes, n)
        logits = generator.normal(size=(n, classes))
        logits[np.arange(n), truth] += skill
        if decimals is not None:
            logits = logits.round(decimals)
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return Predictions(
            ids=np.array([f"{prefix}/{row}.jpg" for row in range(n)], dtype=object),
            y_true=truth,
            scores=scores,
            y_pred=scores.argmax(axis=1),
            unknown_score=np.full(n, np.nan),
            class_names=tuple(f"class {label}" for label in range(classes)),
        )

    return make


@pytest.fixture(scope="session")
def make_open() -> MakePredictions:
    """The same with every fourth or so photo of none of the classes, raw energies as unknown scores, and a threshold.

    `dtype` rounds the energies to float32; `decimals` makes them tie.
    """

    def make(
        n: int = 181,
        classes: int = 4,
        seed: int = 0,
        skill: float = 3.0,
        truth_seed: int = 7,
        dtype: type[np.floating] = np.float64,
        decimals: int | None = None,
    ) -> Predictions:
        generator = np.random.default_rng(seed)
        truth = np.random.default_rng(truth_seed).integers(UNKNOWN, classes, n)
        known = truth != UNKNOWN
        logits = 1.5 * generator.normal(size=(n, classes))
        logits[np.flatnonzero(known), truth[known]] += skill + generator.normal(size=known.sum())
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        energies = -np.log(np.exp(logits).sum(axis=1)).astype(dtype).astype(np.float64)
        if decimals is not None:
            energies = energies.round(decimals)
        threshold = acceptance_threshold(energies[known][::2], 0.9)
        return Predictions(
            ids=np.array([f"photo/{row}.jpg" for row in range(n)], dtype=object),
            y_true=truth,
            scores=scores,
            y_pred=np.where(energies > threshold, UNKNOWN, scores.argmax(axis=1)),
            unknown_score=energies,
            class_names=tuple(f"class {label}" for label in range(classes)),
        )

    return make


@pytest.fixture(scope="session")
def make_partition() -> Callable[..., Partition]:
    """Partitions of n photos; a photo is in the cluster of its class with probability `right`, else in a random one."""

    def make(
        n: int = 200,
        classes: int = 4,
        clusters: int = 5,
        right: float = 0.8,
        seed: object = 0,
        noise: float = 0.0,
        unlabelled: int = 0,
    ) -> Partition:
        generator = np.random.default_rng(seed)
        truth = np.random.default_rng(99).integers(0, classes, n)
        cluster = np.where(generator.random(n) < right, truth, generator.integers(0, clusters, n))
        cluster[generator.random(n) < noise] = -1
        label = np.array([f"class {number}" for number in truth], dtype=object)
        label[:unlabelled] = ""
        return Partition(np.array([f"{row}.jpg" for row in range(n)], dtype=object), label, cluster)

    return make


@pytest.fixture(scope="session")
def make_items() -> Callable[..., PerItemMetrics]:
    """One metric on items named by their row."""

    def make(values: Sequence[float], prefix: str = "query", metric: str = "reciprocal_rank") -> PerItemMetrics:
        column = np.asarray(values, dtype=np.float64)
        ids = np.array([f"{prefix}{row}" for row in range(len(column))], dtype=object)
        return PerItemMetrics(ids, {metric: column})

    return make
