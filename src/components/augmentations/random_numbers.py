"""Random numbers from an explicit generator."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


def uniform(low: float, high: float, count: int, generator: torch.Generator) -> Tensor:
    """Draw `count` uniform float32 numbers in [low, high) on the generator's device."""
    return low + (high - low) * torch.rand(count, generator=generator, device=generator.device)


@contextmanager
def global_generators(generator: torch.Generator, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators from `generator` inside the context, and restore their state afterwards.

    Args:
        generator: Generator that the seed is drawn from.
        device: Device whose global generator is seeded, in addition to the CPU's.
    """
    seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
    if device.type == "cpu":
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            yield
        return
    module = torch.get_device_module(device)
    index = module.current_device() if device.index is None else device.index
    with torch.random.fork_rng(devices=[index], device_type=device.type), module.device(index):
        torch.default_generator.manual_seed(seed)
        module.manual_seed(seed)
        yield
