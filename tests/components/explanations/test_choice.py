"""Which photos are explained."""

from dataclasses import replace

import numpy as np

from components.explanations import samples_by_class, surest_mistakes
from components.results import UNKNOWN, Predictions


def predictions(n=60, classes=5, unknown=False, seed=0):
    generator = np.random.default_rng(seed)
    truth = np.arange(n) % classes
    scores = generator.dirichlet(np.ones(classes), n)
    ids = np.array([f"{row}.jpg" for row in range(n)], dtype=object)
    made = Predictions(ids, truth, scores, scores.argmax(axis=1), generator.random(n), tuple("abcdefgh"[:classes]))
    if not unknown:
        return made
    return replace(
        made,
        y_true=np.where(np.arange(n) % 7 == 0, UNKNOWN, truth),
        y_pred=np.where(made.unknown_score > 0.8, UNKNOWN, made.y_pred),
    )


def test_the_surest_mistakes_come_first():
    made = predictions()
    wrong = np.flatnonzero(made.y_true != made.y_pred)
    expected = sorted(wrong, key=lambda row: -made.confidence[row])
    assert surest_mistakes(made, 12).tolist() == expected[:12]
    assert surest_mistakes(made, 500).tolist() == expected
    assert not len(surest_mistakes(replace(made, y_pred=made.y_true), 12))


def test_each_kind_of_mistake_has_its_share():
    made = predictions(n=200, unknown=True)
    rows = surest_mistakes(made, 12)
    accepted = made.y_true[rows] == UNKNOWN
    rejected = made.y_pred[rows] == UNKNOWN
    assert (accepted.sum(), rejected.sum(), len(rows)) == (4, 4, 12)
    assert accepted[:4].all()
    assert (np.diff(made.unknown_score[rows[:4]]) >= 0).all()


def test_classes_take_turns_in_the_samples():
    made = predictions(n=400)
    rows = samples_by_class(made, 12, seed=0)
    assert len(set(rows.tolist())) == 12
    assert (made.y_true[rows] == made.y_pred[rows]).all()
    assert np.bincount(made.y_true[rows], minlength=5).tolist() == [3, 3, 2, 2, 2]
    assert rows.tolist() == samples_by_class(made, 12, seed=0).tolist()
    assert rows.tolist() != samples_by_class(made, 12, seed=1).tolist()


def test_of_many_classes_those_shown_are_drawn_too():
    made = predictions(n=400, classes=8)
    drawn = [set(made.y_true[samples_by_class(made, 3, seed)].tolist()) for seed in range(12)]
    assert all(len(labels) == 3 for labels in drawn)
    assert set.union(*drawn) == set(range(8))
