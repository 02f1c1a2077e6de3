"""Training of a single network."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.training import checkpoint
from components.training.devices import limit_threads
from components.training.phase import TrainingPhase
from components.training.result import FitResult
from components.training.settings import Training
from components.training.targets import Targets
from components.training.training_loop import TrainingLoop


def fit(
    network: nn.Module,
    phases: Sequence[TrainingPhase],
    targets: NDArray[np.int64] | NDArray[np.float32],
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
    classes: int,
    settings: Training,
    *,
    seed: int,
    device: torch.device,
    weights: NDArray[np.float32] | None = None,
    resume_from: Path | None = None,
    on_epoch: Callable[[dict[str, Any]], None] | None = None,
) -> FitResult:
    """Train the parameters of `network` that require a gradient, in place.

    Args:
        network: Network on `device`, with the parameters that `forward` of the phases uses.
        phases: Phases in order; optimizer state and schedule continue from one phase to the next.
        targets: (n,) class of each row, or (n, C) distribution over the classes; values of rows that are in neither
            `train` nor `validation` are ignored.
        train: Rows of the training set.
        validation: Rows of the validation set, evaluated after each epoch; may be empty.
        classes: Number of classes C.
        settings: Optimizer, schedule, batch size and other settings.
        seed: Seed of the order of the rows and of their augmentation.
        device: Device of the computations.
        weights: (n,) weight of each row in the loss; None for equal weights.
        resume_from: Checkpoint file. It is written during training; an interrupted training resumes from it, with the
            same result as without interruption.
        on_epoch: Called with the metrics of each epoch after it; not for epochs restored from the checkpoint.

    Returns:
        The result; `train_loss` and `train_accuracy` are means over the steps of the epoch, as in Keras.
    """
    loop = TrainingLoop(network, Targets(targets, classes, weights, device), train, validation, settings, seed, device)
    loop.total_steps = max(1, sum(phase.epochs for phase in phases) * -(-len(train) // settings.batch_size))
    state = checkpoint.load(resume_from, device) if resume_from else None
    if state:
        loop.restore(state)
    began, before, saved = time.monotonic(), loop.result.seconds, time.monotonic()
    phase_of_epoch = [phase for phase in phases for _ in range(phase.epochs)]
    completed = len(loop.result.curves)
    for number, phase in enumerate(phase_of_epoch[completed:], start=completed + 1):
        if loop.out_of_patience():
            break
        with limit_threads(phase.inputs):
            metrics = {"epoch": number, "phase": phase.name, **loop.run_epoch(phase)}
        loop.result.curves.append(metrics)
        loop.remember_best(number, metrics)
        loop.result.seconds = before + time.monotonic() - began
        last = number == len(phase_of_epoch) or loop.out_of_patience()
        if resume_from and (last or time.monotonic() - saved >= settings.checkpoint_seconds):
            checkpoint.save(loop.state(), resume_from)
            saved = time.monotonic()
        if on_epoch:
            on_epoch(metrics)
    loop.finish()
    return loop.result
