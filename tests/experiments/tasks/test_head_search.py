"""Heads trained in one batch equal heads trained alone, and the learning rate is chosen without the test photos."""

import functools

import numpy as np
import pandas as pd
import pytest
import torch

from components.errors import ConfigError
from components.heads import NetworkTargets, mlp
from components.training import Inputs, Training, TrainingPhase, fit
from components.training.schedules import constant
from experiments.models.network_output import NetworkFiles
from experiments.models.training_job import TrainingJob
from experiments.tasks.head_search_trials import best_trials, rate_table, train_trials

CPU = torch.device("cpu")
N, F, C, RATES, SEEDS = 60, 10, 3, (0.001, 0.01, 0.3), (4, 5)


class Manifest:
    """Rows of the splits, and no more."""

    def __init__(self, validation=20):
        self.validation = validation

    def rows(self, split):
        return np.arange(40, 40 + self.validation) if split == "validation" else np.arange(40)


class Networks:
    """Heads on features, with the interface of `experiments.models.Networks`."""

    def __init__(self, features):
        self.features, self.device = Inputs.of(features, CPU), CPU

    def classifier(self, job):
        torch.manual_seed(job.seed)
        return type("Classifier", (), {"mlp": mlp(F, C, 4)})


class Trainer:
    """The attributes of `experiments.models.Trainer` that `train_trials` uses."""

    def __init__(self, folder, features):
        self.networks = Networks(features)
        adam = functools.partial(torch.optim.Adam, lr=1e-3, eps=1e-7)
        self.settings = Training(optimizer=adam, schedule=constant, epochs=8, batch_size=16)
        self.files = NetworkFiles(type("Run", (), {"checkpoints": folder}))


@pytest.fixture
def in_double_precision():
    """Rounding errors grow with Adam's steps: in single precision, runs that are equal drift apart."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture
def search(tmp_path, in_double_precision):
    generator = np.random.default_rng(0)
    targets = generator.integers(0, C, N)
    features = generator.normal(size=(N, F))
    features[np.arange(N), targets] += 1.5
    network = NetworkTargets("closed", targets, ("a", "b", "c"))
    jobs = [TrainingJob(index, 0, seed, network, Manifest(), np.arange(40, 60)) for index, seed in enumerate(SEEDS)]
    trainer = Trainer(tmp_path, features)
    return trainer, jobs, targets, train_trials(trainer, jobs, RATES)


def test_each_head_equals_one_trained_alone(search):
    trainer, _, targets, trials = search
    assert [(trial.learning_rate, trial.job.seed) for trial in trials] == [
        (rate, seed) for rate in RATES for seed in SEEDS
    ]
    for trial in trials:
        network = trainer.networks.classifier(trial.job).mlp
        settings = Training(
            optimizer=functools.partial(torch.optim.Adam, lr=trial.learning_rate, eps=1e-7),
            schedule=constant,
            batch_size=16,
        )
        alone = fit(
            network, [TrainingPhase("plain", 8, network, trainer.networks.features)], targets,
            trial.job.split_rows("train"),
            trial.job.split_rows("validation"), C, settings, seed=trial.job.seed, device=CPU,
        )  # fmt: skip
        assert trial.curves[-1]["validation_loss"] == pytest.approx(alone.curves[-1]["validation_loss"], rel=1e-6)
        torch.testing.assert_close(trial.classifier.mlp.state_dict(), network.state_dict(), rtol=1e-5, atol=1e-6)


def test_the_table_has_one_row_per_rate_and_the_lowest_loss_is_chosen(search):
    *_, trials = search
    table = rate_table(trials)
    assert table["learning_rate"].tolist() == sorted(RATES)
    assert table["seeds"].tolist() == [2, 2, 2]
    losses = {rate: [one.kept["validation_loss"] for one in trials if one.learning_rate == rate] for rate in RATES}
    assert table["validation_loss"].tolist() == pytest.approx([np.mean(losses[rate]) for rate in sorted(RATES)])
    best = min(losses, key=lambda rate: np.mean(losses[rate]))
    assert table.loc[table["chosen"], "learning_rate"].tolist() == [best]
    # Student's interval of two values reaches 12.7 standard errors to each side.
    row = table.iloc[0]
    spread = abs(losses[0.001][0] - losses[0.001][1]) / 2
    assert row["validation_loss_high"] - row["validation_loss"] == pytest.approx(12.706 * spread, rel=1e-3)
    picked = best_trials(trials, table)
    assert [(one.learning_rate, one.job.replicate) for one in picked] == [(best, 0), (best, 1)]


def test_without_validation_photos_there_is_no_choice(search):
    trainer, jobs, *_ = search
    for checkpoint in trainer.files.run.checkpoints.iterdir():
        checkpoint.unlink()
    bare = [TrainingJob(job.replicate, 0, job.seed, job.network, Manifest(validation=0), job.rows) for job in jobs]
    with pytest.raises(ConfigError, match="this split has none"):
        rate_table(train_trials(trainer, bare, RATES))


def test_one_seed_has_no_interval(search):
    *_, trials = search
    table = rate_table(trials[::2])
    assert isinstance(table, pd.DataFrame)
    assert table["validation_loss_low"].isna().all()
