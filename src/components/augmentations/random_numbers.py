"""Randomness that comes from a generator handed in, and from nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


def uniform(low: float, high: float, count: int, generator: torch.Generator) -> Tensor:
    """Draw `count` float32 numbers in [low, high) on the generator's device."""
    return low + (high - low) * torch.rand(count, generator=generator, device=generator.device)


@contextmanager
def global_generators(generator: torch.Generator, device: torch.device) -> Iterator[None]:
    """Let code that draws from torch's global generators depend on `generator`; put them back afterwards.

    Args:
        generator: One number is drawn from it.
        device: Whose global generator the code draws from, besides the CPU's.
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
