"""Where the jobs of a pool work: a GPU or a share of the cores each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.errors import ConfigError
from experiments.runs import device_kind

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Slot:
    """Room for one job at a time.

    Attributes:
        name: As "GPU 1" or "worker 2".
        environment: Variables that keep a process to this place; to be set before it imports anything that computes.
    """

    name: str
    environment: Mapping[str, str]


def make_slots(jobs: int, *, device: str, workers: int | None = None, threads: int | None = None) -> list[Slot]:
    """Places for a number of jobs.

    Args:
        jobs: How many there are; no more slots are made.
        device: As in the configuration: auto, cpu, cuda, ...; a GPU is given to one worker, or shared evenly by more.
        workers: Jobs at a time; None: one a GPU, or without one as many as there are cores.
        threads: Of each job; None: an even share of the cores.

    Raises:
        ConfigError: A number below one.
    """
    for name, value in (("workers", workers), ("threads", threads)):
        if value is not None and value < 1:
            raise ConfigError(f"launcher.{name}={value}: expected null or a number from 1 on")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cards = gpus() if device_kind(device) == "cuda" else []
    count = max(1, min(jobs, workers or len(cards) or cores))
    share = {name: str(threads or max(1, cores // count)) for name in THREADS}
    if not cards:
        return [Slot(f"worker {number + 1}", share) for number in range(count)]
    names = [f"GPU {cards[number % len(cards)]}" for number in range(count)]
    return [
        Slot(
            name if names.count(name) == 1 else f"{name} worker {number // len(cards) + 1}",
            share | {"CUDA_VISIBLE_DEVICES": cards[number % len(cards)]},
        )
        for number, name in enumerate(names)
    ]


def gpus() -> list[str]:
    """Names of NVIDIA's GPUs that this process may use, as `CUDA_VISIBLE_DEVICES` has them."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if allowed is not None:
        return [one.strip() for one in allowed.split(",") if one.strip() not in {"", "-1"}]
    found = Path("/proc/driver/nvidia/gpus")
    return [str(number) for number, _ in enumerate(found.iterdir())] if found.is_dir() else []
