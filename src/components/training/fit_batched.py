"""Training of many small networks on the same features at once, with batched matrix products."""

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
from components.training.batched_loop import BatchedLoop
from components.training.devices import limit_threads
from components.training.inputs import Inputs
from components.training.network_groups import largest_group, split_into_groups
from components.training.result import FitResult
from components.training.settings import Training
from components.training.targets import Targets

OnEpoch = Callable[[dict[str, Any], int], None]
"""Callback after an epoch of a group: called with the mean metrics of its networks and their number."""


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
) -> list[FitResult]:
    """Train R networks of one architecture in place; each result equals that of `fit`, up to rounding.

    On the CPU the networks are split into groups that fit into the cache, and each group is trained in a thread of its
    own. Groups do not synchronise, so that a busy core delays only its own group.

    Args:
        networks: R MLPs (linear layers with ReLUs between them) of one architecture.
        inputs: Features (n, F), shared by all networks.
        targets: (n,) class of each row, or (n, C) distribution over the classes.
        trains: Training rows of each network, all of the same length.
        validations: Validation rows of each network, all of the same length; may be empty.
        classes: Number of classes C.
        settings: Settings as for `fit`. The optimizer must work elementwise, with a step proportional to the learning
            rate (Adam, AdamW, SGD).
        seeds: R seeds of the order of the rows.
        epochs: Number of epochs.
        learning_rates: R learning rates in place of the optimizer's; None for the optimizer's.
        weights: (n,) weight of each row in the loss; None for equal weights.
        resume_from: Checkpoint file, as for `fit`; each group adds a suffix of its own.
        on_epoch: Called after each epoch of each group, by one thread at a time.

    Returns:
        R results, as of `fit`.

    Raises:
        ConfigError: The rows differ in length between networks, or the networks are not MLPs of one architecture.
    """
    if len({len(rows) for rows in trains}) > 1 or len({len(rows) for rows in validations}) > 1:
        raise ConfigError("fit_batched needs splits of the same size for all networks; train the networks separately")
    on_cpu = inputs.device.type == "cpu"
    parameters = sum(parameter.numel() for parameter in networks[0].parameters())
    workers = torch.get_num_threads() if on_cpu else 1
    largest = largest_group(settings.batch_size, inputs.array.shape[1], parameters, on_cpu=on_cpu)
    groups = split_into_groups(len(networks), largest, workers)
    all_targets = Targets(targets, classes, weights, inputs.device)
    stop, lock = Event(), Lock()

    def report(metrics: dict[str, Any], count: int) -> None:
        if on_epoch:
            with lock:
                on_epoch(metrics, count)

    def train(group: slice) -> list[FitResult]:
        rates = None if learning_rates is None else torch.tensor(learning_rates[group], dtype=torch.get_default_dtype())
        loop = BatchedLoop(
            networks[group], inputs, all_targets, trains[group], validations[group], settings, seeds[group], rates
        )
        name = f"{group.start}-{group.stop}"
        file = resume_from.with_name(f"{resume_from.stem}-{name}{resume_from.suffix}") if resume_from else None
        try:
            return loop.run(epochs, file, report, stop)
        except BaseException:
            stop.set()
            raise

    with limit_threads(inputs):
        if len(groups) == 1:
            return train(groups[0])
        with ThreadPoolExecutor(min(workers, len(groups))) as pool:
            try:
                return [result for results in pool.map(train, groups) for result in results]
            finally:
                stop.set()  # stops the other groups after an interrupt; no effect on groups that have finished
