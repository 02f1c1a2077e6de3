"""Learning rate schedules: factor on the learning rate as a function of the share of completed steps."""

import math
from collections.abc import Sequence


def constant(progress: float) -> float:
    """Return 1 at any progress."""
    assert 0 <= progress <= 1
    return 1.0


def cosine(progress: float, *, warmup: float = 0.05) -> float:
    """Increase linearly during the share `warmup`, then decrease to 0 like a cosine (Loshchilov & Hutter 2017)."""
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def linear(progress: float, *, warmup: float = 0.05) -> float:
    """Increase linearly during the share `warmup`, then decrease linearly to 0."""
    return progress / warmup if progress < warmup else (1 - progress) / (1 - warmup)


def steps(progress: float, *, milestones: Sequence[float] = (0.5, 0.75), gamma: float = 0.1) -> float:
    """Multiply the factor by `gamma` at each of the `milestones`, which are shares of all steps."""
    factor: float = gamma ** sum(progress >= milestone for milestone in milestones)
    return factor
