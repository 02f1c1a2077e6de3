"""A whole job with 20 replicates against one with a single replicate: frozen backbone, features from the cache.

    python benchmarks/replicates_whole_job.py [REPEATS]   # prints, and writes benchmarks/results/

The job is `hito backbone=efficientnet_lite0 pixels.size=96` on the rendered waypoints: read, train, predict, resample,
draw, write. It is timed as a process of its own, from the command to its end, and inside one process whose imports are
made. Both kinds of job are done in turn, so that a busy moment of the machine hits both.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from experiments.cli import main as hito
from experiments.runs import environment_record

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
R = 20
WORDS = ("backbone=efficientnet_lite0", "pixels.size=96", "tracker=none", "runs=fresh")


def main() -> None:
    """Measure, print and keep the figures."""
    target = Path(__file__).resolve().parent / "results" / "replicates_whole_job.json"
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        whole: dict[int, list[float]] = {1: [], R: []}
        inside: dict[int, list[float]] = {1: [], R: []}
        in_process(1)  # renders, decodes, computes the features, imports
        for _ in range(REPEATS):
            for count in (1, R):
                whole[count].append(as_process(count))
                inside[count].append(in_process(count))
        os.chdir(target.parent)
    result = {
        "what": f"hito {' '.join(WORDS[:2])} replicates={R} against replicates=1; seconds, median of {REPEATS}",
        "whole process": medians(whole),
        "inside one process": medians(inside),
        "environment": environment_record(),
    }
    print(json.dumps(result, indent=1))
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def medians(measured: dict[int, list[float]]) -> dict[str, float]:
    """Of both kinds of job, and what the one takes in multiples of the other."""
    one, many = (statistics.median(measured[count]) for count in (1, R))
    return {"1 replicate": round(one, 3), f"{R} replicates": round(many, 3), "ratio": round(many / one, 2)}


def as_process(count: int) -> float:
    """Seconds of a process that has to succeed."""
    command = [sys.executable, "-m", "experiments", *WORDS, f"replicates={count}"]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def in_process(count: int) -> float:
    """Seconds of the same job in this process."""
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        status = hito([*WORDS, f"replicates={count}"])
    if status:
        raise SystemExit(said.getvalue())
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
