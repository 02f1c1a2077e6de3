from typing import Any

import pytest
import torch
from torch import Tensor

from components.augmentations import Chain, HorizontalFlip, Phase, Policy
from components.errors import ConfigError

FLIP = HorizontalFlip()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), (Phase(25, False),)),
        (Policy(FLIP), (Phase(25, True),)),
        (Policy(FLIP, epochs=15, plain_epochs=15, validation=True), (Phase(15, True), Phase(15, False))),
        (Policy(FLIP, plain_epochs=5), (Phase(25, True), Phase(5, False))),
        (Policy(FLIP, epochs=40), (Phase(40, True),)),
    ],
)
def test_phases_of_25_epochs(policy: Policy, expected: tuple[Phase, ...]) -> None:
    assert policy.phases(25) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        {"epochs": 3},
        {"plain_epochs": 3},
        {"validation": True},
        {"transform": FLIP, "epochs": 0},
        {"transform": FLIP, "plain_epochs": -1},
    ],
)
def test_policies_that_contradict_themselves(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"augmentation\."):
        Policy(**arguments)


def test_a_chain_applies_one_after_another() -> None:
    def half(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return images.float() / 2, targets * 3

    images = torch.randint(0, 256, (4, 3, 5, 6), dtype=torch.uint8)
    result, targets = Chain([HorizontalFlip(p=1), half, half])(images, torch.ones(4, 2), torch.Generator())
    assert torch.equal(result, images.flip(-1).float() / 4)
    assert torch.equal(targets, torch.full((4, 2), 9.0))
