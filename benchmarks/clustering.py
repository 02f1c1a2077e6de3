"""Clustering of embeddings against its peers, on the same vectors, with the same threads, in one process.

    python benchmarks/clustering.py                         # all parts at the sizes of the aims; ten minutes and more
    python benchmarks/clustering.py --part kmeans ward      # some of them
    python benchmarks/clustering.py --part tsne --n 2000 --d 256 --repeats 1
    python benchmarks/clustering.py --part scale --device cuda --n 1000000   # k-means and silhouettes on a GPU

Vectors are synthetic: unit vectors around eight directions in general position, with noise. Every part checks that
the results are equal before it says how long they took; seconds are medians of wall time.
"""

import argparse
import json
import math
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from components.clusterers import KMeans as OurKMeans
from components.clusterers import cut_tree, linkage_tree, sweep_kmeans
from components.k_selection import Elbow, KSweep, Silhouette
from components.metrics import silhouettes
from components.projections import Tsne
from components.training import device_name, pick_device
from experiments.runs import environment_record

KS = range(2, 16)
GROUPS = 8


def vectors(n: int, d: int, noise: float = 2.5) -> NDArray[np.float32]:
    """Unit vectors around `GROUPS` directions."""
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(GROUPS, d)).astype(np.float32)
    made = centres[generator.integers(0, GROUPS, n)]
    made += noise * generator.standard_normal((n, d), dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


class Clock:
    """Runs works in turn, several times, and keeps the median seconds and the last result of each."""

    def __init__(self, repeats: int) -> None:
        """Repeat each work so many times."""
        self.repeats = repeats

    def race(self, **works: Callable[[], Any]) -> tuple[dict[str, float], dict[str, Any]]:
        """Seconds and results by name."""
        taken: dict[str, list[float]] = {name: [] for name in works}
        found: dict[str, Any] = {}
        for _ in range(self.repeats):
            for name, work in works.items():
                began = time.perf_counter()
                found[name] = work()
                if torch.cuda.is_available():
                    torch.cuda.synchronize()
                taken[name].append(time.perf_counter() - began)
        return {name: round(statistics.median(values), 4) for name, values in taken.items()}, found


def kmeans(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:
    """K = 2..15, ten restarts each, in one call against scikit-learn's fits."""
    from sklearn.cluster import KMeans

    data = vectors(n, d)
    sweep_kmeans(data[:200], [2], n_init=1, device=device)
    seconds, found = clock.race(
        hito=lambda: sweep_kmeans(data, KS, n_init=10, device=device).inertia[0],
        scikit_learn=lambda: [KMeans(k, n_init=10, random_state=0).fit(data).inertia_ for k in KS],
    )
    excess = np.array(found["hito"]) / np.array(found["scikit_learn"]) - 1
    assert excess.max() < 0.005, excess
    assert excess.mean() < 0.001, excess
    return result(f"k-means, k = 2..15, 10 restarts, {n:,} x {d:,}", seconds, "scikit_learn", 5,
                  f"inertia hito / scikit-learn - 1: mean {excess.mean():+.4%}, worst {excess.max():+.4%}")  # fmt: skip


def elbow(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:
    """The elbow and the silhouettes of k = 2..15 from one sweep against yellowbrick's visualisers."""
    from sklearn.cluster import KMeans

    data = vectors(n, d)

    def ours() -> tuple[int | None, int | None]:
        sweep = KSweep.run(data, OurKMeans(n_init=10, device=device), 15, device=device)
        return Elbow().choose(sweep).k, Silhouette().choose(sweep).k

    def theirs() -> tuple[int | None, int | None]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import matplotlib as mpl

            mpl.use("Agg")
            from yellowbrick.cluster import KElbowVisualizer

            model = KMeans(n_init=10, random_state=0)
            one = KElbowVisualizer(model, k=(1, 16), metric="distortion", timings=False, force_model=True).fit(data)
            other = KElbowVisualizer(
                model, k=(2, 16), metric="silhouette", locate_elbow=False, timings=False, force_model=True
            ).fit(data)
        best = other.k_values_[int(np.argmax(other.k_scores_))]
        return one.elbow_value_, best

    ours()
    seconds, found = clock.race(hito=ours, yellowbrick=theirs)
    assert found["hito"][1] == found["yellowbrick"][1], found
    return result(f"elbow and silhouettes, k to 15, 10 restarts, {n:,} x {d:,}", seconds, "yellowbrick", 10,
                  f"(elbow, silhouette) hito {found['hito']}, yellowbrick {found['yellowbrick']}")  # fmt: skip


def ward(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:  # noqa: ARG001
    """Ward for 14 numbers of clusters: one tree, cut, against a fit each."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import adjusted_rand_score

    data = vectors(n, d)
    seconds, found = clock.race(
        hito=lambda: cut_tree(linkage_tree(data), KS),
        scikit_learn=lambda: [AgglomerativeClustering(k).fit_predict(data) for k in KS],
    )
    equal = min(adjusted_rand_score(a, b) for a, b in zip(found["hito"], found["scikit_learn"], strict=True))
    assert equal == 1, equal
    return result(f"Ward, 14 values of k, {n:,} x {d:,}", seconds, "scikit_learn", 30, "ARI 1 for every k")


def tree(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:  # noqa: ARG001
    """One Ward tree of many vectors."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import adjusted_rand_score

    data = vectors(n, d)
    seconds, found = clock.race(
        hito=lambda: cut_tree(linkage_tree(data), [GROUPS])[0],
        scikit_learn=lambda: AgglomerativeClustering(GROUPS).fit_predict(data),
    )
    equal = adjusted_rand_score(found["hito"], found["scikit_learn"])
    assert equal == 1, equal
    return result(f"one Ward tree, {n:,} x {d:,}", seconds, "scikit_learn", 5, "ARI 1")


def cosine(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:
    """Cosine silhouettes from sums against all pairs."""
    from sklearn.metrics import silhouette_samples

    data = vectors(n, d)
    labels = np.random.default_rng(1).integers(0, GROUPS, n)
    silhouettes(data[:200], labels[None, :200], "cosine", device)
    seconds, found = clock.race(
        hito=lambda: silhouettes(data, labels[None], "cosine", device)[0],
        scikit_learn=lambda: silhouette_samples(data.astype(np.float64), labels, metric="cosine"),
    )
    worst = float(np.abs(found["hito"] - found["scikit_learn"]).max())
    assert worst < 1e-6, worst
    return result(f"cosine silhouette, k = {GROUPS}, {n:,} x {d:,}", seconds, "scikit_learn", 20,
                  f"largest difference of a photo {worst:.1e}")  # fmt: skip


def euclidean(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:
    """Euclidean silhouettes of fourteen partitions in one pass against one pass each."""
    from sklearn.metrics import silhouette_samples

    data = vectors(n, d)
    labels = sweep_kmeans(data, KS, n_init=1, device=device).labels[0]
    seconds, found = clock.race(
        hito=lambda: silhouettes(data, labels, "euclidean", device),
        scikit_learn=lambda: [silhouette_samples(data.astype(np.float64), one) for one in labels],
    )
    worst = float(np.abs(found["hito"] - np.stack(found["scikit_learn"])).max())
    assert worst < 1e-6, worst
    return result(f"silhouettes of 14 partitions, {n:,} x {d:,}", seconds, "scikit_learn", None,
                  f"largest difference of a photo {worst:.1e}")  # fmt: skip


def tsne(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:  # noqa: ARG001
    """t-SNE with as many iterations; both layouts must keep neighbours equally well."""
    from sklearn.manifold import TSNE, trustworthiness

    data = vectors(n, d, 1.5)
    threads = torch.get_num_threads()
    seconds, found = clock.race(
        hito=lambda: Tsne(iterations=750, workers=threads).fit(data).points,
        scikit_learn=lambda: TSNE(max_iter=1000, init="pca", random_state=0, n_jobs=threads).fit_transform(data),
    )
    some = np.random.default_rng(2).choice(n, min(n, 3000), replace=False)
    kept = {name: float(trustworthiness(data[some], points[some], n_neighbors=15)) for name, points in found.items()}
    assert kept["hito"] > kept["scikit_learn"] - 0.02, kept
    return result(f"t-SNE, 1,000 iterations, {n:,} x {d:,}", seconds, "scikit_learn", 2,
                  f"trustworthiness hito {kept['hito']:.3f}, scikit-learn {kept['scikit_learn']:.3f}")  # fmt: skip


def scale(clock: Clock, n: int, d: int, device: str) -> dict[str, Any]:
    """k-means, k = 2..15 with one start each, and cosine silhouettes of all of them, of many vectors; no peer."""
    data = vectors(n, d)
    ks = list(KS)
    sweep_kmeans(data[:1000], [2], n_init=1, device=device)
    seconds, found = clock.race(kmeans=lambda: sweep_kmeans(data, ks, n_init=1, max_iter=50, device=device))
    more, values = clock.race(silhouettes=lambda: silhouettes(data, found["kmeans"].labels[0], "cosine", device))
    assert math.isfinite(float(values["silhouettes"].mean()))
    return {"what": f"{n:,} x {d:,}, k = 2..15, one start, at most 50 iterations", "seconds": seconds | more}


PARTS: dict[str, tuple[Callable[[Clock, int, int, str], dict[str, Any]], int]] = {
    "kmeans": (kmeans, 1_000),
    "elbow": (elbow, 1_000),
    "ward": (ward, 1_000),
    "tree": (tree, 10_000),
    "cosine": (cosine, 10_000),
    "euclidean": (euclidean, 2_000),
    "tsne": (tsne, 10_000),
    "scale": (scale, 20_000),
}
"""Each part and the number of vectors that its aim is about."""


def result(what: str, seconds: dict[str, float], peer: str, aim: int | None, equal: str) -> dict[str, Any]:
    """A part's entry: the ratio beside the aim, and how the results were found equal."""
    ratio = round(seconds[peer] / seconds["hito"], 1)
    return {"what": what, "seconds": seconds, f"{peer} / hito": ratio, "aim": aim, "equal": equal}


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", nargs="+", choices=PARTS, default=[name for name in PARTS if name != "scale"])
    parser.add_argument("--n", type=int, help="vectors, instead of the part's own number")
    parser.add_argument("--d", type=int, default=1408)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu", help="where hito works; its peers have the processor")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/clustering_DEVICE.json")
    asked = parser.parse_args()
    from threadpoolctl import threadpool_limits

    device = pick_device(asked.device)
    torch.set_num_threads(asked.threads)
    found: dict[str, Any] = {}
    with threadpool_limits(asked.threads):
        for name in asked.part:
            work, n = PARTS[name]
            found[name] = work(Clock(asked.repeats), asked.n or n, asked.d, str(device))
            print(json.dumps({name: found[name]}, indent=1), flush=True)
    if asked.keep:
        target = Path(__file__).parent / "results" / f"clustering_{device.type}.json"
        kept = json.loads(target.read_text(encoding="utf-8"))["parts"] if target.is_file() else {}
        about = {"threads": asked.threads, "repeats": asked.repeats, "device": device_name(device)}
        text = json.dumps({**about, "parts": kept | found, "environment": environment_record()}, indent=1)
        target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
