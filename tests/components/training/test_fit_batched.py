"""Networks trained in one batch equal networks trained separately."""

import copy
import functools

import numpy as np
import pytest
import torch

from components.errors import ConfigError
from components.heads import mlp
from components.training import Inputs, Training, TrainingPhase, fit, fit_batched
from components.training.keras_adam import KerasAdam
from components.training.network_groups import split_into_groups
from components.training.schedules import constant, cosine, steps

CPU = torch.device("cpu")
N, F, C, R = 90, 12, 3, 4

OPTIMIZERS = {
    "adam": functools.partial(torch.optim.Adam, lr=0.01, eps=1e-7),
    "keras": functools.partial(KerasAdam, lr=0.01),
    "adamw": functools.partial(torch.optim.AdamW, lr=0.01, weight_decay=0.1),
    "sgd": functools.partial(torch.optim.SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.001),
}


def settings(**changes):
    plain = {"optimizer": OPTIMIZERS["adam"], "schedule": constant, "epochs": 6, "batch_size": 16}
    return Training(**(plain | changes))


@pytest.fixture
def problem():
    generator = np.random.default_rng(1)
    targets = np.repeat(np.arange(C), [50, 25, 15]).astype(np.int64)
    features = generator.normal(size=(N, F)).astype(np.float32)
    features[np.arange(N), targets] += 1.5
    rows = [generator.permutation(N) for _ in range(R)]
    return features, targets, [one[:60] for one in rows], [one[60:80] for one in rows]


def networks(hidden=2):
    made = []
    for seed in range(R):
        torch.manual_seed(seed)
        made.append(mlp(F, C, hidden))
    return made


def alone(problem, network, index, chosen, epochs=6, **more):
    features, targets, trains, validations = problem
    stages = [TrainingPhase("plain", epochs, network, Inputs.of(features, CPU))]
    arguments = {"seed": 10 + index, "device": CPU} | more
    return fit(network, stages, targets, trains[index], validations[index], C, chosen, **arguments)


def batched(problem, made, chosen, **more):
    features, targets, trains, validations = problem
    arguments = {"seeds": [10 + index for index in range(R)], "epochs": 6} | more
    return fit_batched(made, Inputs.of(features, CPU), targets, trains, validations, C, chosen, **arguments)


VARIANTS = {
    "thesis": {},
    "linear": {"hidden": None},
    "adam of keras": {"optimizer": OPTIMIZERS["keras"]},
    "adamw, cosine, smoothing": {"optimizer": OPTIMIZERS["adamw"], "schedule": cosine, "label_smoothing": 0.1},
    "sgd, steps, clipping": {"optimizer": OPTIMIZERS["sgd"], "schedule": steps, "clip_norm": 0.5},
    "weights": {"balance": "weights", "hidden": 4},  # with fewer units some rows activate none, and classes tie
    "weights, smoothing": {"balance": "weights", "label_smoothing": 0.1, "hidden": 4},
    "sampling": {"balance": "sampling"},
    "best": {"keep": "best"},
    "patience": {"patience": 1, "optimizer": functools.partial(torch.optim.Adam, lr=0.1)},
    "patience, best": {"patience": 1, "keep": "best", "optimizer": functools.partial(torch.optim.Adam, lr=0.1)},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_each_network_equals_one_trained_separately(problem, name):
    changes = dict(VARIANTS[name])
    hidden = changes.pop("hidden", 2)
    chosen = settings(**changes)
    singly, at_once = networks(hidden), networks(hidden)
    expected = [alone(problem, network, index, chosen) for index, network in enumerate(singly)]
    found = batched(problem, at_once, chosen)
    for one, other, a, b in zip(singly, at_once, expected, found, strict=True):
        for x, y in zip(one.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(x, y, rtol=1e-4, atol=1e-5)
        assert a.kept_epoch == b.kept_epoch
        assert len(a.curves) == len(b.curves)
        for left, right in zip(a.curves, b.curves, strict=True):
            assert left == pytest.approx(right, abs=1e-4)


@pytest.mark.parametrize("changes", [{}, {"balance": "weights"}, {"balance": "sampling"}, {"label_smoothing": 0.1}])
def test_distributions_as_targets_and_weights_of_rows(problem, changes):
    features, classes, trains, validations = problem
    soft = np.eye(C, dtype=np.float32)[classes]
    soft[classes == 2] = 1 / C  # as in outlier exposure
    weights = np.where(classes == 2, 0.5, 1.0).astype(np.float32)
    given = (features, soft, trains, validations)
    singly, at_once = networks(), networks()
    expected = [alone(given, one, index, settings(**changes), weights=weights) for index, one in enumerate(singly)]
    found = batched(given, at_once, settings(**changes), weights=weights)
    for one, other, a, b in zip(singly, at_once, expected, found, strict=True):
        for x, y in zip(one.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(x, y, rtol=1e-4, atol=1e-5)
        for left, right in zip(a.curves, b.curves, strict=True):
            assert left == pytest.approx(right, abs=1e-4)
    shares = torch.softmax(at_once[0](torch.from_numpy(features[classes == 2])), 1).detach().numpy()
    assert shares.max(axis=1).mean() < 0.75  # no class is predicted with certainty for rows with a uniform target


def test_one_hot_targets_are_classes_and_a_weight_of_two_is_the_row_twice(problem):
    features, classes, trains, validations = problem
    hot = (features, np.eye(C, dtype=np.float32)[classes], trains, validations)
    for balance in ("none", "weights", "sampling"):
        plain, same = networks(), networks()
        a = batched(problem, plain, settings(balance=balance))
        b = batched(hot, same, settings(balance=balance))
        for x, y in zip(plain[0].parameters(), same[0].parameters(), strict=True):
            torch.testing.assert_close(x, y)
        for left, right in zip(a[0].curves, b[0].curves, strict=True):
            assert left == pytest.approx(right, abs=1e-6)
    twice = np.where(classes == 1, 2.0, 1.0).astype(np.float32)
    chosen = settings(batch_size=1000, optimizer=OPTIMIZERS["sgd"])
    weighed, doubled = networks()[0], networks()[0]
    alone(problem, weighed, 0, chosen, epochs=1, weights=twice)
    rows = np.concatenate([trains[0], trains[0][classes[trains[0]] == 1]])
    larger = settings(
        batch_size=1000, optimizer=functools.partial(OPTIMIZERS["sgd"], lr=0.1 * len(rows) / len(trains[0]))
    )
    alone((features, classes, [rows], validations), doubled, 0, larger, epochs=1)
    first, second = weighed[0].bias, doubled[0].bias  # biases start at zero: no weight decay in the first step
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-6)


def test_learning_rates_per_network(problem):
    rates = [0.001, 0.01, 0.03, 0.1]
    at_once = networks()
    batched(problem, at_once, settings(), learning_rates=rates)
    for index, (rate, network) in enumerate(zip(rates, at_once, strict=True)):
        single = networks()[index]
        alone(problem, single, index, settings(optimizer=functools.partial(torch.optim.Adam, lr=rate, eps=1e-7)))
        for x, y in zip(single.parameters(), network.parameters(), strict=True):
            torch.testing.assert_close(x, y, rtol=1e-3, atol=1e-4)


def test_results_do_not_depend_on_the_groups(problem, monkeypatch):
    whole, parts = networks(), networks()
    batched(problem, whole, settings())
    monkeypatch.setattr("components.training.network_groups.CACHE_BYTES", 4 * (16 * F + 4 * 101) * 3)
    batched(problem, parts, settings())
    for one, other in zip(whole, parts, strict=True):
        for x, y in zip(one.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(x, y)


@pytest.mark.parametrize("keep", ["last", "best"])
def test_an_interrupted_training_is_resumed(problem, tmp_path, keep):
    class Killed(Exception):
        pass

    def kill(row, count):
        if row["epoch"] == 3:
            raise Killed

    chosen = settings(checkpoint_seconds=0.0, keep=keep)
    whole, broken, again = networks(), networks(), networks()
    expected = batched(problem, whole, chosen)
    with pytest.raises(Killed):
        batched(problem, broken, chosen, resume_from=tmp_path / "heads.pt", on_epoch=kill)
    for network in again:
        torch.nn.init.zeros_(network[0].weight)  # the checkpoint replaces the initial weights
    seen = []
    found = batched(
        problem, again, chosen, resume_from=tmp_path / "heads.pt", on_epoch=lambda row, count: seen.append(row["epoch"])
    )
    assert seen == [4, 5, 6]
    for one, other, a, b in zip(whole, again, expected, found, strict=True):
        assert all(torch.equal(x, y) for x, y in zip(one.parameters(), other.parameters(), strict=True))
        assert a.curves == b.curves


def test_splits_of_different_sizes_raise(problem):
    features, targets, trains, validations = problem
    uneven = [trains[0][:50], *trains[1:]]
    with pytest.raises(ConfigError, match="splits of the same size"):
        batched((features, targets, uneven, validations), networks(), settings())


def test_networks_are_left_in_evaluation_mode_with_their_own_parameters(problem):
    made = networks()
    before = copy.deepcopy(made)
    batched(problem, made, settings())
    assert not any(network.training for network in made)
    assert not torch.equal(made[0][0].weight, before[0][0].weight)
    assert made[0](torch.zeros(2, F)).shape == (2, C)


@pytest.mark.parametrize("threads", [1, 2])
def test_results_do_not_depend_on_the_threads(problem, monkeypatch, threads):
    one, other = networks(), networks()
    batched(problem, one, settings())
    monkeypatch.setattr("components.training.network_groups.MIN_GROUP", 2)
    monkeypatch.setattr("torch.get_num_threads", lambda: threads)
    calls = []
    found = batched(problem, other, settings(), on_epoch=lambda row, count: calls.append((row["epoch"], count)))
    assert sorted(calls) == sorted((epoch, R // threads) for epoch in range(1, 7) for _ in range(threads))
    assert len(found) == R
    for x, y in zip(one, other, strict=True):
        torch.testing.assert_close(x.state_dict(), y.state_dict())


def test_a_failing_group_stops_the_others(problem, monkeypatch):
    monkeypatch.setattr("components.training.network_groups.MIN_GROUP", 2)
    monkeypatch.setattr("torch.get_num_threads", lambda: 2)
    calls = []

    def fail(row, count):
        calls.append(row["epoch"])
        raise RuntimeError("no more disk")

    with pytest.raises(RuntimeError, match="no more disk"):
        batched(problem, networks(), settings(), on_epoch=fail, epochs=2000)
    assert max(calls) < 2000


@pytest.mark.parametrize(
    ("networks", "most", "workers", "sizes"),
    [
        (20, 24, 1, [20]),
        (20, 24, 2, [10, 10]),
        (3, 24, 8, [3]),
        (9, 24, 4, [5, 4]),
        (50, 24, 2, [17, 17, 16]),
        (2, 0, 1, [1, 1]),
    ],
)
def test_networks_are_split_evenly(networks, most, workers, sizes):
    found = split_into_groups(networks, most, workers)
    assert [one.stop - one.start for one in found] == sizes
    assert [one.start for one in found[1:]] == [one.stop for one in found[:-1]]


@pytest.mark.parametrize(
    "other",
    [
        torch.nn.Sequential(torch.nn.Linear(F, 4), torch.nn.Tanh(), torch.nn.Linear(4, C)),
        torch.nn.Sequential(torch.nn.Linear(F, 4, bias=False), torch.nn.ReLU(), torch.nn.Linear(4, C)),
        torch.nn.Sequential(torch.nn.Linear(F, C), torch.nn.ReLU()),
        torch.nn.Sequential(torch.nn.Flatten(), torch.nn.ReLU(), torch.nn.Linear(F, C)),
    ],
)
def test_other_architectures_raise(problem, other):
    with pytest.raises(ConfigError, match="only linear layers"):
        batched(problem, [copy.deepcopy(other) for _ in range(R)], settings())
    with pytest.raises(ConfigError, match="different shapes"):
        batched(problem, [*networks()[1:], mlp(F, C, 5)], settings())
