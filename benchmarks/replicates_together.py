"""Heads trained at once against one, and against as many one after the other, on the same features.

    python benchmarks/replicates_together.py [THREADS]    # prints, and writes benchmarks/results/

The peer is hito's own loop over single networks (`components.training.fit`), which a test holds to a plain loop. Beside
the seconds stands what the arithmetic alone would take at the speed that this machine multiplies matrices with.
"""

import functools
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from components.heads import mlp
from components.training import Inputs, Training, TrainingPhase, device_name, fit, fit_batched, pick_device
from components.training.schedules import constant
from experiments.runs import environment_record

N, F, C, B, EPOCHS, REPEATS = 603, 1280, 4, 32, 25, 15
HIDDEN, TRAIN = 2 * C, 483
R, MANY = 20, 1000


def main() -> None:
    """Measure, print and keep the figures."""
    device = pick_device()
    if len(sys.argv) > 1:
        torch.set_num_threads(int(sys.argv[1]))
    generator = np.random.default_rng(0)
    targets = generator.integers(0, C, N)
    inputs = Inputs.of(generator.normal(size=(N, F)).astype(np.float32), device)
    rows = generator.permutation(N)
    train, validation = rows[:TRAIN], rows[TRAIN:]
    optimizer = functools.partial(torch.optim.Adam, lr=1e-3, eps=1e-7)
    settings = Training(optimizer=optimizer, schedule=constant, epochs=EPOCHS, batch_size=B)

    def networks(count: int) -> list[torch.nn.Module]:
        torch.manual_seed(0)
        return [mlp(F, C, 2).to(device) for _ in range(count)]

    def together(count: int) -> None:
        fit_batched(
            networks(count), inputs, targets, [train] * count, [validation] * count, C, settings,
            seeds=range(count), epochs=EPOCHS,
        )  # fmt: skip

    def singly(count: int) -> None:
        for seed, network in enumerate(networks(count)):
            stages = [TrainingPhase("plain", EPOCHS, network, inputs)]
            fit(network, stages, targets, train, validation, C, settings, seed=seed, device=device)

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    jobs = {
        "one by the plain loop": functools.partial(singly, 1),
        "one by the batched loop": functools.partial(together, 1),
        f"{R} at once": functools.partial(together, R),
    }
    measured: dict[str, list[float]] = {name: [] for name in jobs}
    for work in jobs.values():
        seconds(work)
    for _ in range(REPEATS):
        for name, work in jobs.items():
            measured[name].append(seconds(work))
    found = {name: round(statistics.median(values), 4) for name, values in measured.items()}
    found[f"{R} one after the other"] = round(seconds(functools.partial(singly, R)), 4)
    found[f"{MANY} at once"] = round(seconds(functools.partial(together, MANY)), 4)
    threads = torch.get_num_threads()
    speed = multiplications_a_second(device)
    result = {
        "what": f"MLP {F}-{HIDDEN}-{C}, {TRAIN} rows, batch {B}, {EPOCHS} epochs; seconds, median of {REPEATS}",
        "seconds": found,
        f"{R} at once / one by the plain loop": round(found[f"{R} at once"] / found["one by the plain loop"], 2),
        f"{R} at once / one by the batched loop": round(found[f"{R} at once"] / found["one by the batched loop"], 2),
        f"{R} one after the other / at once": round(found[f"{R} one after the other"] / found[f"{R} at once"], 2),
        f"{MANY} at once / {R} at once": round(found[f"{MANY} at once"] / found[f"{R} at once"], 2),
        "arithmetic": {
            "GFLOP of one": round(flops() / 1e9, 3),
            "GFLOP a second of one thread, matrices of 1024" if device.type == "cpu" else "GFLOP a second": round(
                speed / 1e9, 1
            ),
            f"seconds that the arithmetic of {R} takes at that speed": round(R * flops() / speed / threads, 4),
        },
        "threads": threads,
        "device": device_name(device),
        "environment": environment_record(),
    }
    print(json.dumps(result, indent=1))
    target = Path(__file__).parent / "results" / f"replicates_together_{device.type}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def flops() -> float:
    """Of the products of one training: forwards on training and validation rows, both products of the slopes."""
    weights = F * HIDDEN + HIDDEN * C
    return EPOCHS * (2.0 * weights * N + 2.0 * (weights + HIDDEN * C) * TRAIN)


def multiplications_a_second(device: torch.device) -> float:
    """Floating-point operations a second in products of large matrices, by one thread on a processor."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    size = 1024 if device.type == "cpu" else 8192
    one, other = torch.rand(size, size, device=device), torch.rand(size, size, device=device)
    took = []
    for _ in range(10):
        began = time.perf_counter()
        one @ other
        if device.type == "cuda":
            torch.cuda.synchronize()
        took.append(time.perf_counter() - began)
    torch.set_num_threads(threads)
    return 2.0 * size**3 / min(took)


if __name__ == "__main__":
    main()
