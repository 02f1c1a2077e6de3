"""Which runs are performed, given `if_exists` and the record of an earlier run."""

import pytest

from components.errors import ConfigError
from experiments.runs.record import Record
from experiments.runs.request import RunRequest


def request(if_exists):
    return RunRequest("a", None, "t", {}, {"if_exists": if_exists}, {}, (), None, {})


def record(status):
    return Record("a", status, "classify", "x")


@pytest.mark.parametrize(
    ("if_exists", "performed"),
    [
        ("resume", {"running", "pruned"}),
        ("retry", {"running", "pruned", "failed"}),
        ("overwrite", {"running", "pruned", "failed", "done"}),
    ],
)
def test_if_exists(if_exists, performed):
    statuses = ("running", "pruned", "failed", "done")
    assert {status for status in statuses if request(if_exists).wanted(record(status))} == performed
    assert request(if_exists).wanted(None)


def test_a_failed_run_that_was_started_on_its_own_is_performed_again():
    assert request("resume").wanted(record("failed"), single=True)
    assert not request("resume").wanted(record("done"), single=True)


def test_another_value_is_refused():
    with pytest.raises(ConfigError, match=r"if_exists=overwrit: .*resume, retry, overwrite\. Did you mean overwrite\?"):
        request("overwrit").wanted(None)


def test_a_parameter_without_a_key_is_named():
    with pytest.raises(ConfigError, match=r"has a parameter 'data', .*add \+data=VALUE"):
        RunRequest.of({"task": {"_target_": "experiments.tasks.classify.classify"}, "output": "x"}, {}, [])
