"""Training of probes: the networks of several jobs at once, on the features of a frozen backbone."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.data import Manifest, units_of
from components.probes import Probe, ProbeData
from components.wording import counted
from experiments.console import Steps
from experiments.models.training_job import TrainingJob


def fit_probes(
    probe: Probe, jobs: Sequence[TrainingJob], features: Tensor, sides: Sequence[str] = ("train",)
) -> list[nn.Module]:
    """Return a network from features to logits for each job.

    Args:
        probe: Kind of the networks.
        jobs: Jobs with equal targets and sample weights.
        features: (N, F) features of all photos.
        sides: Sides of the split whose photos the networks are fitted to.
    """
    with Steps(f"{probe.description}, {counted(len(jobs), 'network')} at once", probe.steps * len(jobs)) as steps:
        return probe.fit(probe_data(probe, jobs, features, sides), lambda count: steps.step("", count))


def probe_data(probe: Probe, jobs: Sequence[TrainingJob], features: Tensor, sides: Sequence[str]) -> ProbeData:
    """Return features, targets and weights of the photos that any of the jobs is fitted to; see `fit_probes`."""
    trained = [np.concatenate([job.split_rows(side) for side in sides]) for job in jobs]
    rows = np.unique(np.concatenate(trained))
    network = jobs[0].network
    of_rows = network.targets[rows]
    targets = np.eye(len(network.class_names))[of_rows] if of_rows.ndim == 1 else of_rows.astype(np.float64)
    weights = np.zeros((len(jobs), len(rows)))
    for problem, of_job in enumerate(trained):
        used = np.isin(rows, of_job)
        own = np.ones(len(rows)) if network.weights is None else network.weights[rows].astype(np.float64)
        weights[problem] = used * own
        if probe.balance == "weights":
            frequencies = targets[used].sum(axis=0)
            weights[problem] *= targets @ (used.sum() / (len(frequencies) * np.maximum(frequencies, 1)))
    precision = torch.float32 if features.device.type == "mps" else torch.float64  # Apple's GPUs have no float64
    return ProbeData(
        features[torch.from_numpy(rows).to(features.device)].to(precision),
        torch.from_numpy(targets).to(features.device, precision),
        torch.from_numpy(weights).to(features.device, precision),
        _groups(jobs[0].manifest)[rows],
        [job.seed for job in jobs],
    )


def _groups(manifest: Manifest) -> NDArray[np.int64]:
    """Return (N,) a number for each photo, the same for copies of a photo and photos of one object."""
    groups = np.zeros(len(manifest), dtype=np.int64)
    for number, unit in enumerate(units_of(manifest)):
        groups[unit] = number
    return groups
