import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms import v2

from components.augmentations import HorizontalFlip, PerImage, WholeBatch
from components.errors import ConfigError


def flat_photos(values: list[float]) -> torch.Tensor:
    """Constant photos of different values: (B, 3, 16, 16)."""
    return torch.tensor(values)[:, None, None, None].expand(-1, 3, 16, 16).clone()


@given(seed=st.integers(0, 10_000), count=st.integers(1, 6), bytes_=st.booleans())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("kind", [v2.MixUp, v2.CutMix])
def test_soft_targets_follow_the_share_of_each_photo(kind: type, seed: int, count: int, bytes_: bool) -> None:
    rng = np.random.default_rng(seed)
    photos = torch.from_numpy(rng.integers(0, 256, (count, 1, 1, 1), dtype=np.uint8)).repeat(1, 3, 16, 16)
    if not bytes_:
        photos = photos.float() / 255
    targets = torch.from_numpy(rng.dirichlet(np.ones(3), count)).float()
    mixed, soft = WholeBatch(kind(alpha=1.0))(photos, targets, torch.Generator().manual_seed(seed))
    # the share determined by a photo's mean equals the share in its label
    values = photos.double().mean(dim=(1, 2, 3)) / (255 if bytes_ else 1)
    previous = values.roll(1)
    means = mixed.double().mean(dim=(1, 2, 3))
    apart = (values - previous).abs() > 0.02
    shares = ((means - previous) / (values - previous))[apart]
    torch.testing.assert_close(soft.sum(dim=1), torch.ones(count))
    if len(shares):
        share = shares[0]
        torch.testing.assert_close(shares, share.expand_as(shares), atol=1e-4, rtol=0)
        expected = share * targets.double() + (1 - share) * targets.double().roll(1, 0)
        torch.testing.assert_close(soft.double(), expected, atol=1e-4, rtol=0)


def test_flips_half_of_the_photos() -> None:
    images = torch.arange(2 * 3, dtype=torch.uint8).reshape(1, 1, 2, 3).repeat(2000, 3, 1, 1)
    flipped, _ = HorizontalFlip()(images, torch.zeros(2000, 1), torch.Generator().manual_seed(0))
    mirrored = (flipped == images.flip(-1)).flatten(1).all(dim=1)
    same = (flipped == images).flatten(1).all(dim=1)
    assert bool((mirrored ^ same).all())
    assert 900 < int(mirrored.sum()) < 1100


def test_probability_of_a_flip() -> None:
    with pytest.raises(ConfigError, match=r"p=1\.5"):
        HorizontalFlip(p=1.5)


def test_a_torchvision_transform_sees_one_photo_at_a_time() -> None:
    shapes = []

    def note(image: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(image.shape))
        return image * 0 + torch.rand(())

    images, _ = PerImage(note)(flat_photos([0.1, 0.2, 0.3]), torch.eye(3), torch.Generator().manual_seed(0))
    assert shapes == [(3, 16, 16)] * 3
    assert len({float(image.mean()) for image in images}) == 3


def test_the_global_generator_is_put_back_after_an_error() -> None:
    def breaks(image: torch.Tensor) -> torch.Tensor:
        torch.rand(5)
        raise ArithmeticError

    state = torch.get_rng_state()
    with pytest.raises(ArithmeticError):
        PerImage(breaks)(flat_photos([0.1]), torch.eye(1), torch.Generator())
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator")
def test_an_accelerator_gives_what_the_cpu_gives() -> None:
    from components.augmentations import RandomAffine

    affine = RandomAffine(rotation=20, shift=0.25, shear=10, zoom=(0.25, 1.25))
    images = torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8)
    for augment in (affine, HorizontalFlip(), PerImage(v2.ColorJitter(0.4, 0.4)), WholeBatch(v2.CutMix(alpha=1.0))):
        state = torch.cuda.get_rng_state()
        here = augment(images, torch.eye(4), torch.Generator().manual_seed(1))
        there = augment(images.cuda(), torch.eye(4).cuda(), torch.Generator().manual_seed(1))
        torch.testing.assert_close(there[0].float().cpu(), here[0].float(), atol=1.0, rtol=1e-3)
        torch.testing.assert_close(there[1].cpu(), here[1])
        assert torch.equal(torch.cuda.get_rng_state(), state)
