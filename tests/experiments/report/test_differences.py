"""What differs between the runs of a sweep."""

from experiments.report.differences import data_used, over_runs, run_groups
from experiments.summary import ABSENT, flat_texts


def test_keys_that_split_the_runs_into_the_same_groups_are_together():
    configs = [
        {"backbone": {"name": "cnn"}, "lr": 1, "epochs": 25, "zoom": [1, 2]},
        {"backbone": {"name": "timm", "weights": "imagenet"}, "lr": 1, "epochs": 25, "zoom": [1, 2]},
        {"backbone": {"name": "cnn"}, "lr": 2, "epochs": 25, "zoom": [1, 2]},
    ]
    found = run_groups(over_runs({number: flat_texts(config) for number, config in enumerate(configs)}))
    assert [(part.groups, part.keys) for part in found] == [
        (((0, 2), (1,)), (("backbone.name", ("cnn", "timm")), ("backbone.weights", (ABSENT, "imagenet")))),
        (((0, 1), (2,)), (("lr", ("1", "2")),)),
    ]


def test_data_sets_differ_by_their_skipped_files(make_record):
    skipped = {"a.png": "cannot be read"}
    records = [make_record(f"run{number}") for number in range(3)]
    records[1].data = records[1].data | {"left_out": skipped}
    found = data_used([*records, make_record("run4", data={})])
    assert [(data.runs, data.left_out) for data in found] == [((0, 2), ()), ((1,), (("a.png", "cannot be read"),))]
    assert found[0].rendered
    assert found[0].fingerprint == "f" * 12
