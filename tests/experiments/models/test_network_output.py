"""The files of trained networks: what is written is read back."""

import numpy as np
import pytest
import torch

from components.data import Manifest
from components.heads import NetworkTargets, mlp
from experiments.models.network_output import NetworkFiles
from experiments.models.training_job import TrainingJob
from experiments.runs.run import Run

ROWS = np.array([2, 0])


@pytest.fixture
def job(tmp_path):
    manifest = Manifest.of(tmp_path, {"path": ["a", "b", "c"]})
    return TrainingJob(1, 0, 7, NetworkTargets("closed", np.array([0, 1, 2]), ("x", "y", "z")), manifest, ROWS)


@pytest.mark.parametrize("hidden", [None, 2, 0.5])
def test_outputs_curves_and_the_head_are_read_back(job, tmp_path, hidden):
    files = NetworkFiles(Run(folder=tmp_path, tracker=None, subtitle=""))
    network = mlp(5, 3, hidden)
    features = torch.randn(3, 5)
    logits = network(features)[ROWS].detach().double().numpy()
    state = {f"mlp.{name}": tensor for name, tensor in network.state_dict().items()} | {"backbone.w": torch.ones(1)}
    assert not files.outputs(job).exists()
    curves = [{"epoch": 1, "train_loss": 0.5}, {"epoch": 2, "train_loss": 0.25}]
    files.write(job, state, {"logits": logits, "features": features[ROWS].numpy()}, curves, kept_epoch=2)
    trained, frozen = files.read(job, None), files.read(job, features)
    assert trained.weights == tmp_path / "models" / "closed-1.pt"
    assert trained.curves[1] == {"replicate": 1, "network": "closed", "epoch": 2, "train_loss": 0.25, "kept": True}
    np.testing.assert_array_equal(trained.logits, logits)
    np.testing.assert_array_equal(trained.features(), frozen.features())
    with torch.no_grad():
        np.testing.assert_array_equal(trained.classifier()(features)[ROWS].double().numpy(), logits)
