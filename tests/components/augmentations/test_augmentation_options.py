"""Properties of every option of conf/augmentation."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from hydra.utils import get_class, instantiate

from components.augmentations import Augmentation, Policy

OPTIONS = sorted((Path(__file__).parents[3] / "conf" / "augmentation").glob("*.yaml"))
CONTENT = {option.stem: yaml.safe_load(option.read_text()) for option in OPTIONS}
TRANSFORMS: dict[str, Augmentation] = {
    name: instantiate(content).transform for name, content in CONTENT.items() if content["transform"] is not None
}
IMAGES = torch.randint(0, 256, (6, 3, 40, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
TARGETS = torch.eye(4)[torch.tensor([0, 1, 2, 3, 1, 0])]
MIXING = {"mixup", "cutmix"}


def components(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "_target_" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from components(part)


def augmented(name: str, seed: int, images: torch.Tensor = IMAGES) -> tuple[torch.Tensor, torch.Tensor]:
    return TRANSFORMS[name](images, TARGETS[: len(images)], torch.Generator().manual_seed(seed))


def test_the_options_are_there() -> None:
    names = {"none", "thesis", "flip", "color", "trivial", "randaugment", "mixup", "cutmix"}
    assert names <= set(CONTENT)
    assert set(CONTENT) - set(TRANSFORMS) == {"none"}


@pytest.mark.parametrize("name", CONTENT)
def test_every_argument_exists(name: str) -> None:
    for node in components(CONTENT[name]):
        parameters = inspect.signature(get_class(node["_target_"])).parameters
        assert set(node) - {"_target_"} <= set(parameters), node["_target_"]
    assert isinstance(instantiate(CONTENT[name]), Policy)


def test_the_thesis_trains_15_and_15_epochs() -> None:
    policy = instantiate(CONTENT["thesis"])
    assert [(phase.epochs, phase.augmented) for phase in policy.phases(25)] == [(15, True), (15, False)]
    assert policy.validation
    transform = policy.transform
    assert (transform.rotation, transform.shift, transform.shear, transform.zoom) == (20, 0.25, 10, (0.25, 1.25))


@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_generator_decides_everything(name: str) -> None:
    first, again, others = augmented(name, 7), augmented(name, 7), [augmented(name, seed) for seed in range(8, 12)]
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert any(not torch.equal(first[0], other[0]) for other in others)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_calls_go_on_where_the_last_ended(name: str) -> None:
    """A resumed training restores the state of the generator."""
    generator = torch.Generator().manual_seed(3)
    TRANSFORMS[name](IMAGES, TARGETS, generator)
    state = generator.get_state()
    second = TRANSFORMS[name](IMAGES, TARGETS, generator)[0]
    resumed = torch.Generator()
    resumed.set_state(state)
    assert torch.equal(TRANSFORMS[name](IMAGES, TARGETS, resumed)[0], second)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_neither_inputs_nor_global_generators_change(name: str) -> None:
    images, targets, state = IMAGES.clone(), TARGETS.clone(), torch.get_rng_state()
    for seed in range(3):
        augmented(name, seed)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(IMAGES, images)
    assert torch.equal(TARGETS, targets)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("count", [6, 1])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_shapes_types_and_ranges(name: str, count: int, layout: torch.memory_format) -> None:
    for seed in range(3):
        images, targets = augmented(name, seed, IMAGES[:count].contiguous(memory_format=layout))
        assert images.shape == IMAGES[:count].shape
        assert targets.shape == TARGETS[:count].shape
        assert images.dtype in (torch.uint8, torch.float32)
        if images.is_floating_point():
            assert images.min() >= 0
            assert images.max() <= 1 + 1e-6
            assert images.max() > 0.5


@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_memory_format_changes_nothing(name: str) -> None:
    last = augmented(name, 2, IMAGES.contiguous(memory_format=torch.channels_last))[0]
    torch.testing.assert_close(last, augmented(name, 2)[0])


@pytest.mark.parametrize("name", TRANSFORMS)
def test_targets_are_distributions(name: str) -> None:
    for seed in range(5):
        targets = augmented(name, seed)[1]
        torch.testing.assert_close(targets.sum(dim=1), torch.ones(6))
        assert targets.min() >= 0
        if name not in MIXING:
            assert torch.equal(targets, TARGETS)


@pytest.mark.parametrize("name", sorted(set(TRANSFORMS) - MIXING))
def test_photos_of_a_batch_are_changed_each_in_its_own_way(name: str) -> None:
    same = IMAGES[:1].repeat(6, 1, 1, 1)
    distinct = {image.numpy().tobytes() for seed in range(4) for image in augmented(name, seed, same)[0]}
    assert len(distinct) >= (2 if name == "flip" else 4)
    one_batch = {image.numpy().tobytes() for image in augmented(name, 0, same)[0]}
    assert len(one_batch) > 1
