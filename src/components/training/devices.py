"""The device that work runs on, and the precision it runs in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal

import torch

from components.errors import ConfigError
from components.training.allocator import keep_freed_memory
from components.training.inputs import Inputs


def pick_device(device: str = "auto") -> torch.device:
    """The device of this name; "auto" is the first GPU, else Apple's, else the processor.

    On a processor, memory that steps free is kept for the next (`components.training.allocator`).
    Raises ConfigError for a device that this machine or this build of torch does not have.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        picked = torch.device(device)
        torch.zeros(1, device=picked)
        if picked.type == "cpu":
            keep_freed_memory()
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"device={device} is not to be had here ({str(error).splitlines()[0]}); try device=auto"
        ) from error
    return picked


def autocast(precision: Literal["auto", "float32", "bfloat16"], inputs: Inputs) -> AbstractContextManager[object]:
    """Mixed precision for photos: bfloat16 when asked for, or when "auto" and the device computes in it.

    Steps on features stay in float32: there is nothing to gain on an MLP.
    """
    device = inputs.device
    if inputs.array.ndim == 4 and (precision == "bfloat16" or (precision == "auto" and has_bfloat16(device))):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def has_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies in bfloat16: GPUs since Ampere, processors with AVX-512 BF16.

    On such a processor the thesis's CNN trains at 96 px with 346 photos a second and core against 183 in float32.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())


@contextmanager
def threads_for(inputs: Inputs) -> Iterator[None]:
    """Work with one thread on features: steps last microseconds, and threads that wait for each other cost more.

    On a busy two-core machine a training of 8 s took 45 s with two threads.
    """
    before = torch.get_num_threads()
    if inputs.array.ndim == 2 and inputs.device.type == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def device_name(device: torch.device) -> str:
    """The device in words, for records and tables."""
    return (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"{device.type}, {torch.get_num_threads()} threads"
    )
