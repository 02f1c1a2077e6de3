"""The device of computations and its error."""

import pytest
import torch

from components.errors import ConfigError
from components.training import device_name, pick_device


def test_cpu_is_always_available():
    assert pick_device("cpu") == torch.device("cpu")
    assert device_name(torch.device("cpu")) == f"cpu, {torch.get_num_threads()} threads"


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
def test_a_missing_gpu_raises_with_the_alternatives():
    expected = r"^device=cuda is not available on this machine \(.+\)\. Use device=auto or device=cpu\.$"
    with pytest.raises(ConfigError, match=expected):
        pick_device("cuda")


def test_an_unknown_device_raises():
    with pytest.raises(ConfigError, match="device=abacus is not available on this machine"):
        pick_device("abacus")
