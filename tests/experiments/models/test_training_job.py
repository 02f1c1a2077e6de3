"""Which training jobs can be trained in one batch."""

import numpy as np

from components.data import Manifest
from components.heads import NetworkTargets
from experiments.models.training_job import TrainingJob, group_batchable

N = 12


def job(
    tmp_path, replicate, *, splits=("train",) * 6 + ("validation",) * 3 + ("test",) * 3, weights=None, targets=None
):
    manifest = Manifest.of(tmp_path, {"path": [f"{row}.jpg" for row in range(N)], "split": list(splits)})
    targets = np.arange(N) % 2 if targets is None else targets
    network = NetworkTargets("closed", targets, ("a", "b"), weights)
    return TrainingJob(replicate, 0, replicate, network, manifest, manifest.rows("test"))


def test_jobs_are_grouped_by_targets_weights_and_split_sizes(tmp_path):
    shifted = ("test",) * 3 + ("train",) * 6 + ("validation",) * 3
    larger = ("train",) * 7 + ("validation",) * 3 + ("test",) * 2
    jobs = [
        job(tmp_path, 0),
        job(tmp_path, 1, splits=shifted),
        job(tmp_path, 2, splits=larger),
        job(tmp_path, 3, weights=np.ones(N, np.float32)),
        job(tmp_path, 4, targets=np.arange(N) % 3),
    ]
    assert [[member.replicate for member in group] for group in group_batchable(jobs)] == [[0, 1], [2], [3], [4]]


def test_rows_without_a_target_are_left_out(tmp_path):
    targets = np.arange(N) % 2
    targets[[0, 7]] = -1
    found = job(tmp_path, 0, targets=targets)
    assert found.name == "closed-0"
    assert found.split_rows("train").tolist() == [1, 2, 3, 4, 5]
    assert found.split_rows("validation").tolist() == [6, 8]
