"""Photos a second of `embedder=conse` on rendered waypoints against the bare forward pass of its classifier.

    python benchmarks/embedding_waypoints.py [PHOTOS] [ROUNDS]    # prints, and writes benchmarks/results/

The peer does no more than the network: its photos lie decoded in memory. The embedder reads, hashes, decodes and
resizes files, and keeps the vectors. Both in one process with the same threads, in turns; medians.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from components.data import load_pixels
from components.embedders import conse
from components.training import device_name, pick_device
from components.waypoints import waypoints
from experiments.runs import environment_record

BATCH = 32


def main(count: int, rounds: int) -> None:
    """Measure, print and keep the figures."""
    manifest = waypoints()
    manifest = manifest.take(np.arange(min(count, len(manifest))))
    photos = torch.from_numpy(load_pixels(manifest, size=224).array[:].copy())
    device = pick_device("auto")
    embedder = conse(batch_size=BATCH)
    network = embedder.encoder._classifier  # type: ignore[attr-defined]

    def bare() -> None:
        with torch.inference_mode():
            for start in range(0, len(photos), BATCH):
                network(photos[start : start + BATCH].to(device).permute(0, 3, 1, 2)).cpu()

    def embed() -> None:
        with tempfile.TemporaryDirectory() as cache:
            os.environ["HITO_CACHE"] = cache
            embedder.embed_images(manifest.files)

    def again() -> None:
        embedder.embed_images(manifest.files)

    def seconds(work) -> float:  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    bare()
    times: dict[str, list[float]] = {"bare": [], "embed": [], "again": []}
    with tempfile.TemporaryDirectory() as kept:
        for _ in range(rounds):
            times["bare"].append(seconds(bare))
            times["embed"].append(seconds(embed))
            os.environ["HITO_CACHE"] = kept
            embedder.embed_images(manifest.files)
            times["again"].append(seconds(again))
    rate = {name: round(len(photos) / statistics.median(found), 1) for name, found in times.items()}
    report = {
        "photos": len(photos),
        "rounds": rounds,
        "device": device_name(device),
        "photos_per_second": rate,
        "share_of_bare": round(rate["embed"] / rate["bare"], 3),
        "environment": environment_record(),
    }
    text = json.dumps(report, indent=1)
    print(text)
    target = Path(__file__).parent / "results" / f"embedding_waypoints_{device.type}.json"
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], *("898", "5")[len(sys.argv) - 1 :]]))
