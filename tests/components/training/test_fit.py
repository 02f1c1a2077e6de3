"""The training loop learns, is reproducible, resumes after an interruption, and keeps the right weights."""

import copy
import functools

import numpy as np
import pytest
import torch
from torch import nn

from components.errors import ConfigError
from components.training import Inputs, Training, TrainingPhase, fit, predict
from components.training.schedules import constant, cosine
from components.training.targets import Targets

CPU = torch.device("cpu")
N, F, C = 120, 6, 3


def settings(**changes):
    adam = functools.partial(torch.optim.Adam, lr=0.02)
    return Training(**({"optimizer": adam, "schedule": constant, "epochs": 8, "batch_size": 16} | changes))


@pytest.fixture
def problem():
    generator = np.random.default_rng(0)
    targets = generator.integers(0, C, N)
    features = generator.normal(size=(N, F)).astype(np.float32)
    features[np.arange(N), targets] += 4
    rows = generator.permutation(N)
    return features, targets.astype(np.int64), rows[:80], rows[80:100], rows[100:]


def network(dropout=0.0):
    torch.manual_seed(0)
    # No bias before the batch norm: its gradient is rounding noise, which Adam amplifies to full steps.
    return nn.Sequential(
        nn.Linear(F, 16, bias=False), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(dropout), nn.Linear(16, C)
    )


def noise(images, targets, generator):
    return images + 0.1 * torch.randn(images.shape, generator=generator), targets


def trained(problem, model, phases=None, **arguments):
    features, targets, train, validation, _ = problem
    inputs = Inputs.of(features, CPU)
    chosen = arguments.pop("settings", settings())
    phases = phases or [
        TrainingPhase("augmented", 4, model, inputs, noise, True),
        TrainingPhase("plain", 4, model, inputs),
    ]
    return fit(model, phases, targets, train, validation, C, chosen, seed=3, device=CPU, **arguments)


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


def test_it_learns_a_separable_problem(problem):
    features, targets, _, _, test = problem
    model = network()
    fitted = trained(problem, model, settings=settings(epochs=25))
    logits = predict(model, model, Inputs.of(features, CPU), test, "float32")
    assert (logits.argmax(1) == targets[test]).mean() > 0.85
    assert [row["phase"] for row in fitted.curves] == ["augmented"] * 4 + ["plain"] * 4
    assert fitted.curves[-1]["train_loss"] < fitted.curves[0]["train_loss"]


def test_the_loop_equals_a_plain_one_written_out(problem):
    """A literal loop with the same order of rows, Adam and cross-entropy gives bit-identical weights."""
    features, targets, train, _validation, _ = problem
    model, plain = network(), network()
    trained(problem, model, [TrainingPhase("plain", 2, model, Inputs.of(features, CPU))])
    optimizer = torch.optim.Adam(plain.parameters(), lr=0.02)
    order = torch.Generator().manual_seed(3)
    x, y = torch.from_numpy(features), torch.from_numpy(targets)
    for _ in range(2):
        plain.train()
        for chunk in torch.from_numpy(train)[torch.randperm(len(train), generator=order)].split(16):
            optimizer.zero_grad()
            nn.functional.cross_entropy(plain(x[chunk]), y[chunk]).backward()
            optimizer.step()
    for one, other in zip(model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_the_same_seed_gives_the_same_weights(problem):
    one, other = network(), network()
    trained(problem, one)
    trained(problem, other)
    assert same(one, other)


class Killed(Exception):
    pass


@pytest.mark.parametrize("killed_after", [1, 4, 6, 7])
@pytest.mark.parametrize("keep", ["last", "best"])
def test_a_resumed_training_equals_an_uninterrupted_one(problem, tmp_path, killed_after, keep):
    chosen = settings(checkpoint_seconds=0.0, keep=keep, schedule=cosine, balance="sampling")
    whole = network(dropout=0.3)
    torch.manual_seed(11)
    expected = trained(problem, whole, settings=chosen)

    broken = network(dropout=0.3)

    def kill(row):
        if row["epoch"] == killed_after:
            raise Killed

    torch.manual_seed(11)
    with pytest.raises(Killed):
        trained(problem, broken, settings=chosen, resume_from=tmp_path / "state.pt", on_epoch=kill)
    again = network(dropout=0.3)
    torch.manual_seed(999)
    epochs = []
    fitted = trained(
        problem,
        again,
        settings=chosen,
        resume_from=tmp_path / "state.pt",
        on_epoch=lambda row: epochs.append(row["epoch"]),
    )
    assert epochs == list(range(killed_after + 1, 9))
    assert same(whole, again)
    assert fitted.curves == expected.curves
    assert fitted.kept_epoch == expected.kept_epoch


def test_an_unreadable_checkpoint_is_ignored_with_a_warning(problem, tmp_path, caplog):
    (tmp_path / "state.pt").write_bytes(b"half a file")
    model, fresh = network(), network()
    trained(problem, model, resume_from=tmp_path / "state.pt")
    trained(problem, fresh)
    assert same(model, fresh)
    assert "state.pt cannot be read" in caplog.text


def test_best_keeps_the_weights_of_the_lowest_validation_loss(problem):
    model = network()
    snapshots = []
    fitted = trained(
        problem,
        model,
        settings=settings(keep="best"),
        on_epoch=lambda row: snapshots.append((row["validation_loss"], copy.deepcopy(model))),
    )
    lowest = min(range(8), key=lambda index: snapshots[index][0])
    assert fitted.kept_epoch == lowest + 1
    assert same(model, snapshots[lowest][1])


def test_patience_stops_after_epochs_without_gain(problem):
    model = network()
    phases = [TrainingPhase("plain", 60, model, Inputs.of(problem[0], CPU))]
    fitted = trained(problem, model, phases, settings=settings(patience=3, epochs=60))
    losses = [row["validation_loss"] for row in fitted.curves]
    assert len(losses) < 60
    assert int(np.argmin(losses)) == len(losses) - 4


def test_frozen_parameters_are_unchanged_and_not_in_the_checkpoint(problem, tmp_path):
    model = network()
    model[0].requires_grad_(False)
    before = model[0].weight.clone()
    trained(problem, model, resume_from=tmp_path / "state.pt")
    kept = torch.load(tmp_path / "state.pt", weights_only=True)["network"]
    assert torch.equal(model[0].weight, before)
    assert not any(name.startswith("0.") for name in kept)
    assert any(name.startswith("4.") for name in kept)


def test_class_weights_are_scikit_learns_balanced_ones(problem):
    from sklearn.utils.class_weight import compute_class_weight

    _, targets, train, _, _ = problem
    found = Targets(targets, C, None, CPU).class_weights(torch.from_numpy(train))
    expected = compute_class_weight("balanced", classes=np.arange(C), y=targets[train])
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


def test_sampling_draws_classes_equally_often():
    from components.training.training_loop import TrainingLoop

    targets = np.array([0] * 900 + [1] * 60 + [2] * 40, dtype=np.int64)
    rows = np.arange(1000)
    loop = TrainingLoop(network(), Targets(targets, C, None, CPU), rows, rows[:0], settings(balance="sampling"), 0, CPU)
    drawn = np.concatenate([targets[loop.epoch_order().numpy()] for _ in range(10)])
    shares = np.bincount(drawn) / len(drawn)
    np.testing.assert_allclose(shares, 1 / 3, atol=0.03)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"keep": "first"}, "training.keep=first"),
        ({"epochs": 0}, "training.epochs=0"),
        ({"label_smoothing": 1.5}, "1.5"),
    ],
)
def test_invalid_settings_raise(changes, named):
    with pytest.raises(ConfigError, match=named):
        settings(**changes)


def test_streamed_inputs_give_the_same_batches():
    """The meta device takes the role of a GPU; the test checks order and shapes."""
    photos = np.arange(10 * 4 * 4 * 3, dtype=np.uint8).reshape(10, 4, 4, 3)
    inputs = Inputs.of(photos, CPU)
    rows = torch.tensor([3, 1, 9, 0, 5])
    batches = list(inputs.batches(rows, 2))
    assert [chunk.tolist() for chunk, _ in batches] == [[3, 1], [9, 0], [5]]
    stacked = torch.cat([batch for _, batch in batches]).permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(stacked, photos[[3, 1, 9, 0, 5]])
    assert batches[0][1].is_contiguous(memory_format=torch.channels_last)
    streamed = Inputs(inputs.array, torch.device("meta"))
    assert streamed.streamed
    assert [chunk.tolist() for chunk, _ in streamed.batches(rows, 2)] == [[3, 1], [9, 0], [5]]
