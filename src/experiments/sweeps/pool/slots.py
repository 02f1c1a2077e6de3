"""Slots of a pool: a GPU or a share of the cores for one job at a time."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.errors import ConfigError
from experiments.runs import device_kind

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Environment variables that limit the threads of numerical libraries."""


@dataclass(frozen=True)
class Slot:
    """Room for one job at a time.

    Attributes:
        name: Such as "GPU 1" or "worker 2".
        environment: Variables that restrict a process to this slot, to be set before it imports numerical libraries.
    """

    name: str
    environment: Mapping[str, str]


def make_slots(jobs: int, *, device: str, workers: int | None = None, threads: int | None = None) -> list[Slot]:
    """Return the slots for a number of jobs.

    Args:
        jobs: Number of jobs; at most as many slots are made.
        device: As in the configuration: auto, cpu, cuda, ... A GPU belongs to one worker, or several share it
            evenly.
        workers: Number of slots; None: one for each GPU, or for each core if there is no GPU.
        threads: Number of threads of each job; None: an even share of the cores.

    Raises:
        ConfigError: If a number is below one.
    """
    for name, value in (("workers", workers), ("threads", threads)):
        if value is not None and value < 1:
            raise ConfigError(f"launcher.{name}={value}: expected null or a whole number of at least 1")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    gpus = visible_gpus() if device_kind(device) == "cuda" else []
    count = max(1, min(jobs, workers or len(gpus) or cores))
    variables = {name: str(threads or max(1, cores // count)) for name in THREADS}
    if not gpus:
        return [Slot(f"worker {number + 1}", variables) for number in range(count)]
    names = [f"GPU {gpus[number % len(gpus)]}" for number in range(count)]
    return [
        Slot(
            name if names.count(name) == 1 else f"{name} worker {number // len(gpus) + 1}",
            variables | {"CUDA_VISIBLE_DEVICES": gpus[number % len(gpus)]},
        )
        for number, name in enumerate(names)
    ]


def visible_gpus() -> list[str]:
    """Return the NVIDIA GPUs that this process may use, as named in `CUDA_VISIBLE_DEVICES`."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if allowed is not None:
        return [name.strip() for name in allowed.split(",") if name.strip() not in {"", "-1"}]
    found = Path("/proc/driver/nvidia/gpus")
    return [str(number) for number, _ in enumerate(found.iterdir())] if found.is_dir() else []
