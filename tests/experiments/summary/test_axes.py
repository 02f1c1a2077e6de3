"""In which overrides runs differ, and which metrics a table shows first."""

import pytest

from experiments.runs.record import Record
from experiments.summary.axes import headline_metrics, overrides_of, sweep_axes


def record(*overrides, metrics=()):
    return Record(
        id="abc",
        status="done",
        task="classify",
        experiment="thesis/closed_set",
        overrides=["experiment=thesis/closed_set", *overrides],
        metrics={name: {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "values": [0.5]} for name in metrics},
    )


@pytest.mark.parametrize(
    ("runs", "axes"),
    [
        ([["backbone=cnn"], ["backbone=timm"]], ["backbone"]),
        ([["backbone=cnn", "seed=0"], ["backbone=cnn", "seed=1"]], ["seed"]),
        ([["seed=0", "backbone=cnn"], ["seed=1", "backbone=timm"]], ["seed", "backbone"]),
        ([["backbone=cnn"], []], ["backbone"]),
        ([["backbone=cnn"]], []),
        ([["seed=0", "table_metrics=[ece]"], ["seed=1", "tracker=none", "++baseline.seed=0"]], ["seed"]),
        ([], []),
    ],
)
def test_axes_are_the_overrides_that_differ(runs, axes):
    assert sweep_axes([record(*overrides) for overrides in runs]) == axes


def test_overrides_have_no_prefix_and_keep_further_equals_signs():
    found = overrides_of(record("+split.known=3", "~tracker", "data.where=a=b"))
    assert found == {"experiment": "thesis/closed_set", "split.known": "3", "data.where": "a=b"}


def test_headline_metrics_are_the_experiments_then_the_thesiss_then_the_first():
    classified = record(metrics=["accuracy", "ece", "kappa", "recall_weighted"])
    assert headline_metrics([classified]) == ["recall_weighted", "kappa"]
    assert headline_metrics([classified], ["ece", "no_such", "kappa", "ece"]) == ["ece", "kappa"]
    assert headline_metrics([classified], ["no_such"]) == ["recall_weighted", "kappa"]
    ranked = record(metrics=[f"recall_at_{k}" for k in range(1, 10)])
    assert headline_metrics([ranked]) == [f"recall_at_{k}" for k in range(1, 8)]
    assert headline_metrics([record(metrics=["v_measure", "ari", "silhouette"])]) == ["ari", "v_measure"]
    assert headline_metrics([]) == []


def test_what_is_judged_is_shown_first_and_once():
    classified = record(metrics=["accuracy", "ece", "kappa", "recall_weighted"])
    assert headline_metrics([classified], judged=["accuracy"]) == ["accuracy", "recall_weighted", "kappa"]
    assert headline_metrics([classified], ["ece"], ["accuracy", "kappa"]) == ["accuracy", "kappa", "ece"]
    assert headline_metrics([classified], ["kappa"], ["kappa", "no_such"]) == ["kappa"]
