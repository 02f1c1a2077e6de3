"""The figure of a search."""

import numpy as np
import pandas as pd
import pytest

from components.errors import DataError
from components.figures import search_trials

TRIALS = pd.DataFrame(
    {
        "trial": range(12),
        "status": [
            "done",
            "pruned",
            "done",
            "done",
            "failed",
            "pruned",
            "done",
            "done",
            "pruned",
            "done",
            "done",
            "done",
        ],
        "validation_accuracy": [0.5, 0.3, 0.6, 0.55, np.nan, 0.2, 0.8, 0.7, 0.4, 0.75, 0.82, 0.81],
        "training.optimizer.lr": [f"{10.0 ** (-one / 3 - 1):.4g}" for one in range(12)],
        "backbone": ["cnn", "timm"] * 6,
    }
)


def drawn(trials=TRIALS, **more):
    axes = ["training.optimizer.lr", "backbone"]
    return search_trials(trials, "validation_accuracy", axes, **({"maximize": True} | more))


@pytest.mark.parametrize(
    ("maximize", "expected"),
    [(True, np.maximum.accumulate), (False, np.minimum.accumulate)],
)
def test_the_line_is_the_best_so_far_of_trials_that_are_done(maximize, expected):
    (line,) = drawn(maximize=maximize).axes[0].get_lines()
    done = TRIALS[TRIALS["status"] == "done"]
    np.testing.assert_array_equal(line.get_xdata(), done["trial"])
    np.testing.assert_array_equal(line.get_ydata(), expected(done["validation_accuracy"]))


def test_every_trial_with_a_value_is_a_point():
    history, rates, backbones = drawn().axes
    for panel in (history, rates, backbones):
        assert [len(one.get_offsets()) for one in panel.collections] == [3, 8]
    assert rates.get_xscale() == "log"
    np.testing.assert_allclose(rates.collections[0].get_offsets()[0], [10 ** (-1 / 3 - 1), 0.3], rtol=1e-3)
    assert [one.get_text() for one in backbones.get_xticklabels()] == ["cnn", "timm"]


def test_without_a_finished_trial_there_is_nothing_to_draw():
    with pytest.raises(DataError, match="one that is done"):
        drawn(TRIALS[TRIALS["status"] != "done"])
