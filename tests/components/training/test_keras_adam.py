"""KerasAdam takes the steps of Keras's Adam."""

import copy
import math

import numpy as np
import pytest
import torch

from components.training.keras_adam import KerasAdam

STEPS, SIZE, LR, BETA1, BETA2 = 20, 50, 1e-3, 0.9, 0.999


def keras(start, gradients, eps):
    """Parameters after each step by the formula that Keras publishes, in float64."""
    parameter, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t, gradient in enumerate(gradients, start=1):
        alpha = LR * math.sqrt(1 - BETA2**t) / (1 - BETA1**t)
        m += (gradient - m) * (1 - BETA1)
        v += (gradient**2 - v) * (1 - BETA2)
        parameter = parameter - m * alpha / (np.sqrt(v) + eps)
        yield parameter


def drawn(scale):
    generator = np.random.default_rng(0)
    return generator.normal(size=SIZE), generator.normal(size=(STEPS, SIZE)) * scale


def steps_of(optimizer, parameter, gradients):
    for gradient in gradients:
        parameter.grad = torch.as_tensor(gradient, dtype=parameter.dtype)
        optimizer.step()
        yield parameter.detach().double().numpy().copy()


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1e-5, 1e-8])
def test_each_of_twenty_steps_is_that_of_keras(scale, fused):
    start, gradients = drawn(scale)
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = KerasAdam([parameter], lr=LR)
    optimizer.param_groups[0]["fused"] = fused
    for found, expected in zip(steps_of(optimizer, parameter, gradients), keras(start, gradients, 1e-7), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-9, rtol=0)


def test_in_float32_steps_are_those_of_keras_within_a_millionth():
    start, gradients = drawn(1e-6)
    parameter = torch.nn.Parameter(torch.as_tensor(start, dtype=torch.float32))
    for found, expected in zip(
        steps_of(KerasAdam([parameter], lr=LR), parameter, gradients), keras(start, gradients, 1e-7), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-6, rtol=0)


def test_torch_differs_where_gradients_are_near_epsilon():
    start, gradients = drawn(1e-7)
    parameter = torch.nn.Parameter(torch.tensor(start))
    adam = torch.optim.Adam([parameter], lr=LR, eps=1e-7)
    (*_, found), (*_, expected) = steps_of(adam, parameter, gradients), keras(start, gradients, 1e-7)
    assert np.abs(found - expected).max() > 1e-3


def test_a_restored_optimizer_continues_with_the_same_steps():
    start, gradients = drawn(1e-7)
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = KerasAdam([parameter], lr=LR)
    (*_, _) = steps_of(optimizer, parameter, gradients[:8])
    other = torch.nn.Parameter(parameter.detach().clone())
    restored = KerasAdam([other], lr=LR)
    restored.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for one, two in zip(
        steps_of(optimizer, parameter, gradients[8:]), steps_of(restored, other, gradients[8:]), strict=True
    ):
        np.testing.assert_array_equal(one, two)


def test_a_closure_is_called_with_gradients():
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = KerasAdam([parameter], lr=LR)

    def loss():
        optimizer.zero_grad()
        value = (parameter**2).sum()
        value.backward()
        return value

    assert optimizer.step(loss).detach().item() == 3.0
    assert torch.allclose(parameter, torch.full((3,), 1 - LR), atol=1e-6)
