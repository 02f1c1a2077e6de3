"""Seeds × learning rates at once give what separate trainings give, and the rate is chosen without the test."""

import functools

import numpy as np
import pandas as pd
import pytest
import torch

from components.errors import ConfigError
from components.heads import ClosedHead, NetworkTargets, mlp
from components.training import Inputs, Training, TrainingPhase, fit
from components.training.schedules import constant
from experiments.models.replicates import TrainingJob
from experiments.tasks.head_search import chosen, rate_table, trials_of

CPU = torch.device("cpu")
N, F, C, RATES, SEEDS = 60, 10, 3, (0.001, 0.01, 0.3), (4, 5)


class Manifest:
    """Rows of the splits, and no more."""

    def __init__(self, validation=20):
        self.validation = validation

    def rows(self, split):
        return np.arange(40, 40 + self.validation) if split == "validation" else np.arange(40)


class Models:
    """What `trials_of` needs of `Replicates`."""

    def __init__(self, folder, features):
        self.features, self.device, self.head = Inputs.of(features, CPU), CPU, ClosedHead()
        adam = functools.partial(torch.optim.Adam, lr=1e-3, eps=1e-7)
        self.training = Training(optimizer=adam, schedule=constant, epochs=8, batch_size=16)
        self.run = type("Run", (), {"checkpoints": folder})

    def classifier(self, job):
        torch.manual_seed(job.seed)
        return type("Classifier", (), {"mlp": mlp(F, C, 4)})


@pytest.fixture
def search(tmp_path):
    generator = np.random.default_rng(0)
    targets = generator.integers(0, C, N)
    features = generator.normal(size=(N, F)).astype(np.float32)
    features[np.arange(N), targets] += 1.5
    problem = NetworkTargets("closed", targets, ("a", "b", "c"))
    jobs = [TrainingJob(at, 0, seed, problem, Manifest(), np.arange(40, 60)) for at, seed in enumerate(SEEDS)]
    models = Models(tmp_path, features)
    return models, jobs, targets, trials_of(models, jobs, RATES)


def test_each_head_is_as_if_trained_alone(search):
    models, _, targets, trials = search
    assert [(one.rate, one.job.seed) for one in trials] == [(rate, seed) for rate in RATES for seed in SEEDS]
    for one in trials:
        network = models.classifier(one.job).mlp
        settings = Training(
            optimizer=functools.partial(torch.optim.Adam, lr=one.rate, eps=1e-7), schedule=constant, batch_size=16
        )
        alone = fit(
            network, [TrainingPhase("plain", 8, network, models.features)], targets, one.job.used("train"),
            one.job.used("validation"), C, settings, seed=one.job.seed, device=CPU,
        )  # fmt: skip
        assert one.curves[-1]["validation_loss"] == pytest.approx(alone.curves[-1]["validation_loss"], rel=1e-3)
        torch.testing.assert_close(one.classifier.mlp.state_dict(), network.state_dict(), rtol=1e-3, atol=1e-4)


def test_the_table_has_a_row_a_rate_and_the_lowest_loss_is_chosen(search):
    *_, trials = search
    table = rate_table(trials)
    assert table["learning_rate"].tolist() == sorted(RATES)
    assert table["seeds"].tolist() == [2, 2, 2]
    losses = {rate: [one.kept["validation_loss"] for one in trials if one.rate == rate] for rate in RATES}
    assert table["validation_loss"].tolist() == pytest.approx([np.mean(losses[rate]) for rate in sorted(RATES)])
    best = min(losses, key=lambda rate: np.mean(losses[rate]))
    assert table.loc[table["chosen"], "learning_rate"].tolist() == [best]
    # Student's interval of two values reaches 12.7 standard errors to each side.
    row = table.iloc[0]
    spread = abs(losses[0.001][0] - losses[0.001][1]) / 2
    assert row["validation_loss_high"] - row["validation_loss"] == pytest.approx(12.706 * spread, rel=1e-3)
    picked = chosen(trials, table)
    assert [(one.rate, one.job.replicate) for one in picked] == [(best, 0), (best, 1)]


def test_without_validation_photos_there_is_no_choice(search):
    models, jobs, *_ = search
    for checkpoint in models.run.checkpoints.iterdir():
        checkpoint.unlink()
    bare = [TrainingJob(job.replicate, 0, job.seed, job.problem, Manifest(validation=0), job.rows) for job in jobs]
    with pytest.raises(ConfigError, match="this split has none"):
        rate_table(trials_of(models, bare, RATES))


def test_one_seed_has_no_interval(search):
    *_, trials = search
    table = rate_table(trials[::2])
    assert isinstance(table, pd.DataFrame)
    assert table["validation_loss_low"].isna().all()
