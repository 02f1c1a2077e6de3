"""GeoCLIP's location encoder: maps positions to vectors (Vivanco Cepeda, Nayak and Shah 2023)."""

import math
from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the usual name
from torch import Tensor

from components.geodesy import Floats

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
"""Coefficients of the Equal Earth projection."""

SCALE = 66.50336
"""Factor by which GeoCLIP multiplies the projected coordinates before it divides them by 180."""


def equal_earth(degrees: Floats) -> Floats:
    """Project positions to the plane (Equal Earth: Šavrič, Patterson and Jenny 2018), scaled as in GeoCLIP.

    Args:
        degrees: (m, 2) latitudes and longitudes in degrees.

    Returns:
        (m, 2) coordinates, east and north.
    """
    latitude, longitude = np.radians(degrees).T
    theta = np.arcsin(math.sqrt(3) / 2 * np.sin(latitude))
    slope = 3 * (9 * A4 * theta**8 + 7 * A3 * theta**6 + 3 * A2 * theta**2 + A1)
    east = 2 * math.sqrt(3) * longitude * np.cos(theta) / slope
    north = A4 * theta**9 + A3 * theta**7 + A2 * theta**3 + A1 * theta
    return np.column_stack([east, north]) * SCALE / 180


def encode_positions(plane: Tensor, weights: Mapping[str, Tensor]) -> Tensor:
    """Return the (m, d) vectors of projected positions: the sum of one network per bandwidth.

    Args:
        plane: (m, 2) output of `equal_earth`.
        weights: State of the location encoder.
    """
    names = sorted({name.split(".")[0] for name in weights})
    return torch.stack([_encode_at_bandwidth(plane, weights, name) for name in names]).sum(dim=0)


def _encode_at_bandwidth(plane: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    """Return the (m, d) output of a network: random Fourier features, followed by fully connected layers."""
    angles = 2 * math.pi * plane @ weights[f"{name}.capsule.0.b"].T
    hidden = torch.cat([angles.cos(), angles.sin()], dim=1)
    for layer in (1, 3, 5):
        hidden = F.linear(
            hidden, weights[f"{name}.capsule.{layer}.weight"], weights[f"{name}.capsule.{layer}.bias"]
        ).relu()
    return F.linear(hidden, weights[f"{name}.head.0.weight"], weights[f"{name}.head.0.bias"])
