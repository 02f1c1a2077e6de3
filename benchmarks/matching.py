"""Finding the pairs of photos that may be of one object: seconds and memory, on synthetic clustered unit vectors.

    python benchmarks/matching.py                    # 10,000 x 512; prints, and writes benchmarks/results/
    python benchmarks/matching.py --vectors 2000

Peers: NumPy's whole matrix of products (n x n in memory), NumPy in blocks, and faiss's flat index. Each is run in a
process of its own, so that the peak of resident memory (Linux: VmHWM, reset once the vectors are there) is that of one
way to do it. All on as many threads as OMP_NUM_THREADS allows.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.matching import mine_candidates, nearest_neighbours
from experiments.runs import environment_record

K = 10
REPEATS = 3


def synthetic(n: int, d: int) -> NDArray[np.float32]:
    """Unit vectors around n / 3 centres, as of objects with three photos each."""
    generator = np.random.default_rng(0)
    centres = generator.standard_normal((max(1, n // 3), d), dtype=np.float32)
    vectors = centres[generator.integers(len(centres), size=n)] + generator.standard_normal((n, d), dtype=np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def scattered(n: int) -> Manifest:
    """So many photos with synthetic coordinates in a square of 5 km."""
    generator = np.random.default_rng(1)
    return Manifest.of(
        Path("synthetic"),
        {
            "path": [f"{row}.jpg" for row in range(n)],
            "latitude": 42 + generator.uniform(0, 0.045, n),
            "longitude": -8 + generator.uniform(0, 0.06, n),
        },
    )


def ways(vectors: NDArray[np.float32], photos: Manifest) -> dict[str, Callable[[], Any]]:
    """Each way to find pairs."""

    def flat() -> Any:
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return index.search(vectors, K + 1)

    def whole() -> Any:
        return np.argpartition(vectors @ vectors.T, -K - 1, axis=1)[:, -K - 1 :].copy()

    def blocks() -> Any:
        return [
            np.argpartition(vectors[start : start + 1024] @ vectors.T, -K - 1, axis=1)[:, -K - 1 :].copy()
            for start in range(0, len(vectors), 1024)
        ]

    return {
        "nearest of each (hito)": lambda: nearest_neighbours(vectors, K),
        "numpy, the whole matrix": whole,
        "numpy, blocks of 1024": blocks,
        "faiss IndexFlatIP": flat,
        "pairs mined, with those within 50 m": lambda: mine_candidates(
            photos, vectors, coordinates=True, seed=0, neighbours=K
        ),
    }


def resident(which: str) -> float:
    """Megabytes of resident memory: VmRSS now, VmHWM at its highest."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


def measure(name: str, n: int, d: int) -> dict[str, Any]:
    """Median seconds of one way, and how far memory rose above what was there before."""
    vectors, photos = synthetic(n, d), scattered(n)
    ways(vectors[:64], scattered(64))[name]()  # libraries are loaded
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before, job, seconds = resident("VmRSS"), ways(vectors, photos)[name], []
    for _ in range(REPEATS):
        began = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - began)
    return {"seconds": round(statistics.median(seconds), 3), "rose_mb": round(resident("VmHWM") - before, 1)}


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=10_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--only", help="one way, in this process; prints its figures")
    options = parser.parse_args(words)
    n, d = options.vectors, options.dimension
    if options.only:
        print(json.dumps(measure(options.only, n, d)))
        return
    result: dict[str, Any] = {"what": f"the {K} nearest of each of n x {d} synthetic clustered unit vectors"}
    for size in (n // 2, n):
        result[f"n = {size:,}"] = {"vectors_mb": round(size * d * 4 / 2**20, 1)} | {
            name: json.loads(
                subprocess.run(
                    [sys.executable, __file__, "--vectors", str(size), "--dimension", str(d), "--only", name],
                    check=True, capture_output=True, text=True,
                ).stdout
            )
            for name in ways(np.zeros((1, d), np.float32), scattered(1))
        }  # fmt: skip
        print(json.dumps({f"n = {size:,}": result[f"n = {size:,}"]}, indent=1), flush=True)
    result["environment"] = environment_record()
    target = Path(__file__).parent / "results" / f"matching_{n}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
