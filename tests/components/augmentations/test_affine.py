from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.datasets import load_sample_images

from components.augmentations import RandomAffine
from components.augmentations.affine import resample, sampling_matrices
from components.errors import ConfigError

THESIS: dict[str, Any] = {"rotation": 20, "shift": 0.25, "shear": 10, "zoom": (0.25, 1.25)}


def keras(
    photo: NDArray[np.uint8], rotation: float, tx: float, ty: float, shear: float, zx: float, zy: float
) -> NDArray[np.float64]:
    """Transform one photo (3, H, W) like Keras 2.13: matrices multiplied in (x, y), axes swapped, SciPy per channel."""
    a, s = np.deg2rad(rotation), np.deg2rad(shear)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    move = np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    slant = np.array([[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]])
    scale = np.diag([zx, zy, 1.0])
    height, width = photo.shape[1:]
    centre = np.array([[1, 0, width / 2 - 0.5], [0, 1, height / 2 - 0.5], [0, 0, 1]])
    matrix = centre @ turn @ move @ slant @ scale @ np.linalg.inv(centre)
    matrix = matrix[[1, 0, 2]][:, [1, 0, 2]]
    moved = [
        ndimage.affine_transform(channel.astype(float), matrix[:2, :2], matrix[:2, 2], order=1, mode="nearest")
        for channel in photo
    ]
    return np.stack(moved)


def moved(photo: NDArray[np.uint8], *numbers: float) -> NDArray[np.float64]:
    names = ("rotation", "shift_x", "shift_y", "shear", "zoom_x", "zoom_y")
    columns = {name: torch.tensor([number]) for name, number in zip(names, numbers, strict=True)}
    result = resample(torch.from_numpy(photo)[None], sampling_matrices(**columns))
    assert result.dtype == torch.float32
    return 255 * result[0].double().numpy()


@given(
    rotation=st.floats(-20, 20),
    tx=st.floats(-0.25, 0.25),
    ty=st.floats(-0.25, 0.25),
    shear=st.floats(-10, 10),
    zx=st.floats(0.25, 1.25),
    zy=st.floats(0.25, 1.25),
    size=st.tuples(st.integers(2, 40), st.integers(2, 40)),
    seed=st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_it_moves_pixels_as_keras_does(
    rotation: float,
    tx: float,
    ty: float,
    shear: float,
    zx: float,
    zy: float,
    size: tuple[int, int],
    seed: int,
) -> None:
    photo = np.random.default_rng(seed).integers(0, 256, (3, *size), dtype=np.uint8)
    numbers = (rotation, tx * size[1], ty * size[0], shear, zx, zy)
    assert np.abs(moved(photo, *numbers) - keras(photo, *numbers)).max() < 0.05


def test_a_photo_of_the_thesis_size_within_a_grey_level() -> None:
    photo = np.ascontiguousarray(load_sample_images().images[0][:224, 100:324].transpose(2, 0, 1))
    for numbers in [(20, 56, -56, 10, 1.25, 0.25), (-13, -20, 31, -7, 0.4, 1.1), (0, 0, 0, 0, 1, 1)]:
        assert np.abs(moved(photo, *numbers) - keras(photo, *numbers)).max() < 0.1
    assert np.abs(moved(photo, 0, 0, 0, 0, 1, 1) - photo).max() < 0.01


def test_each_photo_gets_its_own_numbers_from_the_ranges_of_keras() -> None:
    """The corners of a ramp determine the linear map of every photo, and the map determines the numbers drawn."""
    side, count = 65, 600
    ramp = torch.linspace(0, 1, side)
    photo = torch.stack([ramp.expand(side, side), ramp[:, None].expand(side, side), torch.zeros(side, side)])
    generator = torch.Generator().manual_seed(0)
    shifts, _ = RandomAffine(shift=0.25)(photo.repeat(count, 1, 1, 1), torch.zeros(count, 1), generator)
    drawn = (shifts[:, :2, side // 2, side // 2] - 0.5) * (side - 1) / side
    assert drawn.min() > -0.25
    assert drawn.max() < 0.25
    assert torch.allclose(drawn.std(dim=0), torch.tensor(0.5 / 12**0.5), rtol=0.1)
    assert abs(float(torch.corrcoef(drawn.T)[0, 1])) < 0.15
    zooms, _ = RandomAffine(zoom=(0.25, 0.95))(photo.repeat(count, 1, 1, 1), torch.zeros(count, 1), generator)
    factors = torch.stack([zooms[:, 0, 32, -1] - zooms[:, 0, 32, 0], zooms[:, 1, -1, 32] - zooms[:, 1, 0, 32]], dim=1)
    assert factors.min() > 0.2499
    assert factors.max() < 0.9501
    assert torch.allclose(factors.mean(dim=0), torch.tensor(0.6), atol=0.03)
    assert abs(float(torch.corrcoef(factors.T)[0, 1])) < 0.15
    turned, _ = RandomAffine(rotation=20)(photo.repeat(count, 1, 1, 1), torch.zeros(count, 1), generator)
    slope = turned[:, :2, 32, 33] - turned[:, :2, 32, 31]
    angles = torch.rad2deg(torch.atan2(slope[:, 1], slope[:, 0]))
    assert 19 < angles.abs().max() < 20.001
    assert abs(float(angles.mean())) < 2


def test_zoom_below_one_magnifies() -> None:
    photo = np.zeros((3, 41, 41), dtype=np.uint8)
    photo[:, 18:23, 18:23] = 255
    assert moved(photo, 0, 0, 0, 0, 0.5, 0.5).sum() > 3.5 * photo.astype(float).sum()
    assert moved(photo, 0, 0, 0, 0, 1.25, 1.25).sum() < 0.8 * photo.astype(float).sum()


@pytest.mark.parametrize(
    "arguments", [{"rotation": -1}, {"shift": -0.1}, {"shear": -3}, {"zoom": (0, 1)}, {"zoom": (1.2, 1)}, {"zoom": [1]}]
)
def test_ranges_that_are_none(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"RandomAffine {next(iter(arguments))}"):
        RandomAffine(**arguments)
