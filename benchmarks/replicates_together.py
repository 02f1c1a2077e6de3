"""Twenty heads trained at once against one, and against twenty one after the other, on the same features.

    python benchmarks/replicates_together.py            # prints, and writes benchmarks/results/

The peer is hito's own loop over single networks (`components.training.fit`), which a test holds to a plain loop.
"""

import functools
import json
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from components.heads import mlp
from components.training import Inputs, Stage, Training, device_name, fit, fit_together, pick_device
from components.training.schedules import constant
from experiments.identity import environment

N, F, C, R, EPOCHS, REPEATS = 603, 1280, 4, 20, 25, 3


def main() -> None:
    """Measure, print and keep the figures."""
    device = pick_device()
    generator = np.random.default_rng(0)
    targets = generator.integers(0, C, N)
    features = generator.normal(size=(N, F)).astype(np.float32)
    inputs = Inputs.of(features, device)
    rows = generator.permutation(N)
    train, validation = rows[:483], rows[483:]
    settings = Training(
        optimizer=functools.partial(torch.optim.Adam, lr=1e-3, eps=1e-7), schedule=constant, epochs=EPOCHS
    )

    def networks(count: int) -> list[torch.nn.Module]:
        torch.manual_seed(0)
        return [mlp(F, C, 2).to(device) for _ in range(count)]

    def together(count: int) -> None:
        fit_together(
            networks(count), inputs, targets, [train] * count, [validation] * count, C, settings,
            seeds=range(count), epochs=EPOCHS,
        )  # fmt: skip

    def singly(count: int) -> None:
        for seed, network in enumerate(networks(count)):
            stages = [Stage("plain", EPOCHS, network, inputs)]
            fit(network, stages, targets, train, validation, C, settings, seed=seed, device=device)

    def seconds(work: functools.partial[None]) -> float:
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    jobs = {
        "one alone": functools.partial(singly, 1),
        "one by the batched loop": functools.partial(together, 1),
        f"{R} at once": functools.partial(together, R),
        f"{R} one after the other": functools.partial(singly, R),
    }
    measured: dict[str, list[float]] = {name: [] for name in jobs}
    for work in jobs.values():
        seconds(work)
    for _ in range(REPEATS):
        for name, work in jobs.items():
            measured[name].append(seconds(work))
    medians = {name: round(statistics.median(values), 3) for name, values in measured.items()}
    result = {
        "what": f"MLP {F}-{2 * C}-{C}, {len(train)} rows, batch 32, {EPOCHS} epochs; median of {REPEATS}, seconds",
        "seconds": medians,
        f"{R} at once / one alone": round(medians[f"{R} at once"] / medians["one alone"], 2),
        f"{R} one after the other / at once": round(medians[f"{R} one after the other"] / medians[f"{R} at once"], 2),
        "device": device_name(device),
        "environment": environment(),
    }
    print(json.dumps(result, indent=1))
    target = Path(__file__).parent / "results" / f"replicates_together_{device.type}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
