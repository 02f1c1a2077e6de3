"""Runs that were never run: folders with a record and simulated predictions."""

import numpy as np
import pytest

from components.metrics import classification_metrics
from components.results import Predictions
from experiments.runs.record import Record
from experiments.tasks.classify_output import predictions_table


def simulated(replicates=2, skill=1.5, seed=0, n=152, names=("camino_santiago", "cartel", "marcador", "parque")):
    """Predictions of models on the same n photos, better with more `skill`."""
    truth = np.random.default_rng(0).integers(0, len(names), n)
    common = np.random.default_rng(1).normal(size=(n, len(names)))
    generator = np.random.default_rng([seed, 2])
    found = []
    for _ in range(replicates):
        logits = common + generator.normal(0, 0.6, common.shape)
        logits[np.arange(n), truth] += skill
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        ids = np.array([f"test/{names[label]}/{row}.jpg" for row, label in enumerate(truth)], dtype=object)
        found.append(Predictions(ids, truth, scores, scores.argmax(axis=1), np.full(n, np.nan), names))
    return found


@pytest.fixture
def simulate():
    """The function `simulated`."""
    return simulated


@pytest.fixture
def store_run(tmp_path):
    """Write a run's folder below tmp_path/multirun; gives its record."""

    def store(id, backbone="cnn", augmentation="none", predictions=None, experiment="thesis/closed_set", **more):  # noqa: A002
        predictions = simulated() if predictions is None else predictions
        metrics = classification_metrics(predictions, n_resamples=20) if predictions else {}
        fields = {
            "status": "done",
            "task": "classify",
            "overrides": ["experiment=thesis/closed_set", f"backbone={backbone}", f"augmentation={augmentation}"],
            "choices": {"task": "classify", "backbone": backbone, "augmentation": augmentation, "tracker": "none"},
            "config": {
                "task": {"_target_": "experiments.tasks.classify.classify"},
                "backbone": {"_target_": f"components.backbones.{backbone}"},
                "augmentation": {"_target_": f"components.augmentations.{augmentation}", "epochs": 15},
                "data": {"_target_": "components.data.folder", "root": "/photos"},
                "training": {"_target_": "components.training.settings.Training", "epochs": 25, "workers": 2},
                "replicates": len(predictions),
            },
            "data": {"origin": "simulated", "fingerprint": "f00", "photos": 755},
            "code": "0123456789ab",
            "metrics": {name: one.to_dict() for name, one in metrics.items()},
            "seconds": 12.0,
        }
        record = Record(id=id, experiment=experiment, **(fields | more))
        folder = tmp_path / "multirun" / experiment / id
        folder.mkdir(parents=True)
        record.write(folder)
        if predictions:
            predictions_table(predictions).to_parquet(folder / "predictions.parquet", index=False)
        return record

    return store
