"""Outputs of trained networks, and the files in which a run stores them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from components.heads import network_of_state
from components.storage import atomic_path
from experiments.models.training_job import TrainingJob
from experiments.runs import Run

MODELS = "models"
"""Folder of the weights, inside the folder of a run."""

Curve = dict[str, Any]
"""One epoch of one network: replicate, network, epoch, phase, losses, accuracies, and whether its weights were kept."""


@dataclass(frozen=True)
class NetworkOutput:
    """Outputs of a trained network for the rows of its training job.

    Attributes:
        rows: (n,) rows of the manifest.
        logits: (n, C) float64.
        curves: One entry per epoch of the training.
        weights: File of the network's weights.
        stored: File with the logits and, if the backbone was trained, the features of the rows.
        frozen_features: (N, F) features of all N photos from a frozen backbone; None if the backbone was trained or
            features are not needed.
    """

    rows: NDArray[np.int64]
    logits: NDArray[np.float64]
    curves: list[Curve]
    weights: Path
    stored: Path
    frozen_features: torch.Tensor | None

    def features(self) -> NDArray[np.float32]:
        """Return the (n, F) float32 backbone features of the rows."""
        if self.frozen_features is not None:
            of_rows: NDArray[np.float32] = self.frozen_features[torch.from_numpy(self.rows)].cpu().numpy()
            return of_rows
        with np.load(self.stored) as arrays:
            features: NDArray[np.float32] = arrays["features"]
        return features

    def classifier(self) -> nn.Module:
        """Return the network from features to logits, on the CPU and in evaluation mode."""
        state = torch.load(self.weights, map_location="cpu", weights_only=True)
        prefix = "mlp."
        head_state = {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
        return network_of_state(head_state).eval()


@dataclass(frozen=True)
class NetworkFiles:
    """Files of the trained networks of a run.

    Weights are kept in RUN/models/. Outputs and curves are kept in RUN/checkpoints/ until the run is done, so that a
    killed run does not train finished networks again.

    Attributes:
        run: The run.
    """

    run: Run

    def weights(self, job: TrainingJob) -> Path:
        """Return the file of the job's weights."""
        return self.run.folder / MODELS / f"{job.name}.pt"

    def outputs(self, job: TrainingJob) -> Path:
        """Return the file of the job's outputs and curves; it exists once the job is done."""
        return self.run.checkpoints / f"{job.name}.npz"

    def checkpoint(self, name: str) -> Path:
        """Return the file from which the training of this name resumes."""
        return self.run.checkpoints / f"{name}.pt"

    def write(
        self,
        job: TrainingJob,
        state: Mapping[str, torch.Tensor],
        outputs: Mapping[str, NDArray[Any]],
        curves: Sequence[Curve],
        kept_epoch: int,
    ) -> None:
        """Write the weights, outputs and curves of a trained network.

        Args:
            job: The finished job.
            state: State dict of the network.
            outputs: "logits" (n, C) and, where they are needed and not cached, "features" (n, F).
            curves: One entry per epoch.
            kept_epoch: Epoch, from 1, whose weights were kept.
        """
        with atomic_path(self.weights(job)) as path:
            torch.save(dict(state), path)
        arrays: dict[str, Any] = {"curves": np.array(json.dumps(labelled_curves(job, curves, kept_epoch))), **outputs}
        with atomic_path(self.outputs(job)) as path, path.open("wb") as stream:
            np.savez(stream, **arrays)

    def read(self, job: TrainingJob, frozen_features: torch.Tensor | None) -> NetworkOutput:
        """Return the outputs of a finished job.

        Args:
            job: The finished job.
            frozen_features: See `NetworkOutput`.
        """
        file = self.outputs(job)
        with np.load(file) as arrays:
            logits, curves = arrays["logits"], json.loads(str(arrays["curves"]))
        return NetworkOutput(job.rows, logits, curves, self.weights(job), file, frozen_features)


def labelled_curves(job: TrainingJob, curves: Sequence[Curve], kept_epoch: int) -> list[Curve]:
    """Return the curves with the columns replicate, fold (if there are folds), network and kept, as in curves.csv."""
    return [job.labels | row | {"kept": row["epoch"] == kept_epoch} for row in curves]
