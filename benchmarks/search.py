"""Searching clustered synthetic unit vectors: hito's exact and approximate indexes beside NumPy and faiss, one process.

    python benchmarks/search.py                      # 100,000 x 512; prints, and writes benchmarks/results/
    python benchmarks/search.py --vectors 1000000    # as in the issue: about 6 GB of memory, minutes to build the graph

Peers: NumPy's best blocked form (`np.matmul` and `np.argpartition` a block; the best of several block sizes) and
faiss's IndexFlatIP. All on as many threads as OMP_NUM_THREADS allows; runs are interleaved and the median counts.
"""

import argparse
import functools
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.metrics import agreement
from components.search import ExactIndex, PhotoIndex, approximate
from experiments.runs import environment_record

K = 9
BLOCKS = (1024, 2048, 8192, 32768)
EXPANSIONS = (16, 32, 64, 128, 256, 512)
ENOUGH = 0.95
Floats = NDArray[np.float32]


def clustered(n: int, d: int, seed: int) -> Floats:
    """Unit vectors around n / 100 centres, which are themselves around 100: as embeddings of photos of things are."""
    generator = np.random.default_rng(seed)
    shared = np.random.default_rng(0)
    coarse = shared.standard_normal((100, d), dtype=np.float32)
    fine = coarse[shared.integers(100, size=max(n_centres := 10_000, 1))] + 0.7 * shared.standard_normal(
        (n_centres, d), dtype=np.float32
    )
    vectors = np.empty((n, d), dtype=np.float32)
    for start in range(0, n, 50_000):
        size = min(50_000, n - start)
        part = fine[generator.integers(n_centres, size=size)]
        part += 0.5 * generator.standard_normal((size, d), dtype=np.float32)
        vectors[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def numpy_blocked(queries: Floats, vectors: Floats, block: int) -> NDArray[np.int64]:
    """The best rows by partitioning each block and what is left of all."""
    rows, scores = [], []
    for start in range(0, len(vectors), block):
        found = queries @ vectors[start : start + block].T
        best = np.argpartition(found, -K, axis=1)[:, -K:]
        rows.append(best + start)
        scores.append(np.take_along_axis(found, best, axis=1))
    order = np.argsort(-np.concatenate(scores, axis=1), axis=1)[:, :K]
    return np.take_along_axis(np.concatenate(rows, axis=1), order, axis=1)


def medians(jobs: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Median seconds of each job; one turn each, again and again, after a first that does not count."""
    measured: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(repeats + 1):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            if turn:
                measured[name].append(time.perf_counter() - began)
    return {name: round(statistics.median(values), 5) for name, values in measured.items()}


def exact_part(queries: Floats, vectors: Floats, repeats: int) -> dict[str, Any]:
    """Hito's exact search beside its peers."""
    import faiss

    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    index = ExactIndex(vectors)
    jobs: dict[str, Callable[[], Any]] = {
        "hito exact": functools.partial(index.search, queries, K),
        "faiss IndexFlatIP": functools.partial(flat.search, queries, K),
    }
    jobs |= {f"numpy, blocks of {one}": functools.partial(numpy_blocked, queries, vectors, one) for one in BLOCKS}
    seconds = medians(jobs, repeats)
    best_numpy = min(seconds[f"numpy, blocks of {one}"] for one in BLOCKS)
    same = agreement(index.search(queries, K).rows, flat.search(queries, K)[1]).mean()
    return {
        "seconds": seconds,
        "numpy's best / hito": round(best_numpy / seconds["hito exact"], 2),
        "faiss / hito": round(seconds["faiss IndexFlatIP"] / seconds["hito exact"], 2),
        "agreement with faiss": round(float(same), 5),
    }


def approximate_part(queries: Floats, vectors: Floats, folder: Path, repeats: int) -> dict[str, Any]:
    """The graph at the least search width that finds enough, beside exact search of the same queries."""
    exact = ExactIndex(vectors)
    wanted = exact.search(queries, K).rows
    began = time.perf_counter()
    index = approximate()(vectors, folder)
    building = time.perf_counter() - began
    began = time.perf_counter()
    index = approximate()(vectors, folder)
    opening = time.perf_counter() - began
    recalls: dict[int, float] = {}
    for width in EXPANSIONS:
        index = approximate(expansion_search=width)(vectors, folder)
        recalls[width] = round(float(agreement(index.search(queries, K).rows, wanted).mean()), 4)
        if recalls[width] >= ENOUGH:
            break
    seconds = medians(
        {
            "approximate": functools.partial(index.search, queries, K),
            "exact": functools.partial(exact.search, queries, K),
        },
        repeats,
    )
    return {
        "recall at 9 by search width": recalls,
        "seconds": seconds,
        "times faster than exact": round(seconds["exact"] / seconds["approximate"], 1),
        "seconds to build the graph": round(building, 2),
        "seconds to open the graph": round(opening, 4),
    }


def opening_part(vectors: Floats, folder: Path) -> dict[str, Any]:
    """Seconds from a folder to the first answer of the mapped vectors' header, and to the table of photos."""
    store = PhotoIndex.create(folder, "synthetic", vectors.shape[1])
    store.add(Manifest.of(folder, {"path": [f"{row:09}.jpg" for row in range(len(vectors))]}), vectors)
    began = time.perf_counter()
    opened = PhotoIndex.open(folder)
    _ = opened.vectors[len(vectors) // 2].sum()
    to_vectors = time.perf_counter() - began
    _ = opened.photos
    return {
        "seconds to open": round(to_vectors, 4),
        "with what is known of each photo": round(time.perf_counter() - began, 3),
    }


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(words)
    vectors = clustered(options.vectors, options.dimension, seed=1)
    result: dict[str, Any] = {
        "what": f"top {K} of {options.vectors:,} x {options.dimension} synthetic clustered unit vectors",
    }
    for count in (1, 10, 100):
        result[f"exact, {count} queries at a time"] = exact_part(
            clustered(count, options.dimension, seed=2), vectors, options.repeats
        )
    with tempfile.TemporaryDirectory() as name:
        result["opening"] = opening_part(vectors, Path(name))
        mapped = PhotoIndex.open(Path(name)).vectors
        result["approximate, 100 queries at a time"] = approximate_part(
            clustered(100, options.dimension, seed=2), mapped, Path(name), options.repeats
        )
        single = approximate_part(clustered(1, options.dimension, seed=3), mapped, Path(name), options.repeats)
        result["approximate, 1 query"] = {key: single[key] for key in ("seconds", "times faster than exact")}
    result["environment"] = environment_record()
    print(json.dumps(result, indent=1))
    target = Path(__file__).parent / "results" / f"search_{options.vectors}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
