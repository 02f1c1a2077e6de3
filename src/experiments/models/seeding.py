"""Seeding of torch's global random number generators."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators inside a `with` block, and restore their state afterwards.

    Args:
        seed: Seed of the generators.
        device: Device whose generator is seeded in addition to the CPU's.
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
