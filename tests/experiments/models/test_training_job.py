"""Names of training jobs, and which of them can be trained in one batch."""

import numpy as np

from components.data import Manifest
from components.heads import NetworkTargets
from experiments.models.training_job import TrainingJob, group_batchable

N = 12


def job(
    tmp_path,
    replicate,
    *,
    fold=None,
    splits=("train",) * 6 + ("validation",) * 3 + ("test",) * 3,
    weights=None,
    targets=None,
):
    manifest = Manifest.of(tmp_path, {"path": [f"{row}.jpg" for row in range(N)], "split": list(splits)})
    targets = np.arange(N) % 2 if targets is None else targets
    network = NetworkTargets("closed", targets, ("a", "b"), weights)
    return TrainingJob(replicate, 0, replicate, network, manifest, manifest.rows("test"), fold)


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


def test_folds_are_grouped_as_replicates_are(tmp_path):
    shifted = ("test",) * 3 + ("train",) * 6 + ("validation",) * 3
    larger = ("train",) * 7 + ("validation",) * 3 + ("test",) * 2
    jobs = [
        job(tmp_path, 0, fold=0),
        job(tmp_path, 0, fold=1, splits=larger),
        job(tmp_path, 0, fold=2, splits=shifted),
        job(tmp_path, 1, fold=0),
    ]
    assert [[member.name for member in group] for group in group_batchable(jobs)] == [
        ["closed-0-fold0", "closed-0-fold2", "closed-1-fold0"],
        ["closed-0-fold1"],
    ]


def test_replicate_and_fold_are_said(tmp_path):
    jobs = [job(tmp_path, 0), job(tmp_path, 0, fold=0), job(tmp_path, 1, fold=3), job(tmp_path, 0, fold="all")]
    assert [one.name for one in jobs] == ["closed-0", "closed-0-fold0", "closed-1-fold3", "closed-0-all"]
    assert [one.is_first for one in jobs] == [True, True, False, False]
    assert [one.position(2) for one in jobs] == [
        "replicate 1/2",
        "replicate 1/2, fold 0",
        "replicate 2/2, fold 3",
        "all photos",
    ]
    assert list(jobs[0].labels.items()) == [("replicate", 0), ("network", "closed")]
    assert list(jobs[2].labels.items()) == [("replicate", 1), ("fold", 3), ("network", "closed")]
