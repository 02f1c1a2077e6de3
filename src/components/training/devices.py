"""The device of computations, their precision and the number of threads."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

from components.errors import ConfigError
from components.training.allocator import keep_freed_memory
from components.training.inputs import Inputs
from components.training.settings import Precision


def pick_device(device: str = "auto") -> torch.device:
    """Return the torch device of this name.

    On the CPU, memory freed by a step is kept for the next step (`components.training.allocator`).

    Args:
        device: "cpu", "cuda", "mps" or another name that torch knows; "auto" for the first CUDA GPU, else MPS, else
            the CPU.

    Raises:
        ConfigError: This machine, or this build of torch, does not have the device.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        picked = torch.device(device)
        torch.zeros(1, device=picked)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"device={device} is not available on this machine ({str(error).splitlines()[0]}). "
            "Use device=auto or device=cpu."
        ) from error
    if picked.type == "cpu":
        keep_freed_memory()
    return picked


def autocast(precision: Precision, inputs: Inputs) -> AbstractContextManager[object]:
    """Return the context of a forward pass: bfloat16 autocast for photos if requested or, for "auto", if supported.

    Forward passes on features stay in float32, since an MLP does not get faster.
    """
    device = inputs.device
    if inputs.array.ndim == 4 and (precision == "bfloat16" or (precision == "auto" and has_bfloat16(device))):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def has_bfloat16(device: torch.device) -> bool:
    """Return whether the device multiplies in bfloat16: GPUs since Ampere, CPUs with AVX-512 BF16.

    On such a CPU the thesis's CNN trains at 96 px with 346 photos per second and core, compared with 183 in float32.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())


@contextmanager
def limit_threads(inputs: Inputs) -> Iterator[None]:
    """Use one thread inside the context if the inputs are features on the CPU.

    Steps on features take microseconds, and synchronising threads costs more than they save: on a busy two-core
    machine a training of 8 s took 45 s with two threads.
    """
    before = torch.get_num_threads()
    if inputs.array.ndim == 2 and inputs.device.type == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def device_name(device: torch.device) -> str:
    """Return a readable name of the device, for records and tables."""
    return (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"{device.type}, {torch.get_num_threads()} threads"
    )
