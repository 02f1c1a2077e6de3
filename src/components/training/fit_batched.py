"""Many small networks on the same features, trained at once: each step is one batched product for all of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.errors import ConfigError
from components.training.devices import threads_for
from components.training.fit import Fitted
from components.training.fit_batched_loop import Loop
from components.training.inputs import Inputs
from components.training.settings import Training
from components.training.targets import Targets

CACHE_BYTES, DEVICE_BYTES = 8 * 2**20, 512 * 2**20
"""What the networks of one group touch in a step, about: on a processor it shall stay in the cache."""

FEWEST = 4
"""A group of fewer networks is not split for the sake of a second thread."""

OnEpoch = Callable[[dict[str, Any], int], None]
"""Told the mean figures of some networks after an epoch of theirs, and how many networks they are."""


def fit_batched(
    networks: Sequence[nn.Module],
    inputs: Inputs,
    targets: NDArray[np.int64] | NDArray[np.float32],
    trains: Sequence[NDArray[np.int64]],
    validations: Sequence[NDArray[np.int64]],
    classes: int,
    settings: Training,
    *,
    seeds: Sequence[int],
    epochs: int,
    learning_rates: Sequence[float] | None = None,
    weights: NDArray[np.float32] | None = None,
    resume_from: Path | None = None,
    on_epoch: OnEpoch | None = None,
) -> list[Fitted]:
    """Train R networks of one architecture, in place, as `fit` would train each alone, within float error.

    On a processor the networks are trained in groups that fit into the cache, a group a thread: groups never wait for
    each other, so that a busy core delays its own group only.

    Args:
        networks: R perceptrons (linear layers, ReLUs between them) of one shape, each with its own weights.
        inputs: Features (n, F) that all of them share.
        targets: (n,) class of every row, or (n, C) its distribution over the classes.
        trains: R arrays of rows to learn from, all of one length.
        validations: R arrays of rows to measure on, all of one length; may be empty.
        classes: C.
        settings: As for `fit`; an optimizer whose step is elementwise and proportional to the rate (Adam, AdamW, SGD).
        seeds: R seeds; each decides the order of its network's rows.
        epochs: How many.
        learning_rates: R rates in place of the optimizer's own.
        weights: (n,) how much each row counts in the loss; None: all alike.
        resume_from: Checkpoint of a training that was killed.
        on_epoch: Told of each epoch of each group, by one thread at a time.

    Returns:
        R results, as `fit` gives them.

    Raises:
        ConfigError: The arrays of rows differ in length, or the networks are others.
    """
    if len({len(rows) for rows in trains}) > 1 or len({len(rows) for rows in validations}) > 1:
        raise ConfigError("fit_batched needs splits of one size for all networks; train them one after the other")
    on_processor = inputs.device.type == "cpu"
    parameters = sum(one.numel() for one in networks[0].parameters())
    touched = 4 * (settings.batch_size * inputs.array.shape[1] + 4 * parameters)  # rows; weights, slopes, two moments
    workers = torch.get_num_threads() if on_processor else 1
    groups = split_up(len(networks), (CACHE_BYTES if on_processor else DEVICE_BYTES) // touched, workers)
    goals = Targets(targets, classes, weights, inputs.device)
    stop, one_at_a_time = Event(), Lock()

    def tell(row: dict[str, Any], count: int) -> None:
        if on_epoch:
            with one_at_a_time:
                on_epoch(row, count)

    def train(group: slice) -> list[Fitted]:
        rates = None if learning_rates is None else torch.tensor(learning_rates[group], dtype=torch.float32)
        loop = Loop(networks[group], inputs, goals, trains[group], validations[group], settings, seeds[group], rates)
        name = f"{group.start}-{group.stop}"
        file = resume_from.with_name(f"{resume_from.stem}-{name}{resume_from.suffix}") if resume_from else None
        try:
            return loop.run(epochs, file, tell, stop)
        except BaseException:
            stop.set()
            raise

    with threads_for(inputs):
        if len(groups) == 1:
            return train(groups[0])
        with ThreadPoolExecutor(min(workers, len(groups))) as pool:
            try:
                return [one for fitted in pool.map(train, groups) for one in fitted]
            finally:
                stop.set()  # of a command that is interrupted; of groups that are done nothing is left to stop


def split_up(networks: int, most: int, workers: int) -> list[slice]:
    """Even groups of at most `most` networks (at least one), and one a worker where that leaves enough for each."""
    count = max(1, -(-networks // max(1, most)), min(workers, networks // FEWEST))
    size = -(-networks // count)
    return [slice(start, min(start + size, networks)) for start in range(0, networks, size)]
