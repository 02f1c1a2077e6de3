"""The examples of the module are right, and the edges that they do not show."""

import doctest

import pytest

from components import wording
from components.wording import counted, did_you_mean, shortened


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(wording)
    assert result.attempted == 3
    assert result.failed == 0


def test_several_suggestions_each_once_or_none():
    assert did_you_mean("ran", ["train", "rain", "rain"], n=3) == " Did you mean rain or train?"
    assert did_you_mean("xyz", ["train", "test"]) == ""
    assert did_you_mean("train", []) == ""


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 pairs"), (1, "1 pair"), (2, "2 pairs"), (12345, "12,345 pairs")]
)
def test_counts_agree_with_their_noun(count, expected):
    assert counted(count, "pair") == expected


def test_a_list_at_the_limit_is_not_shortened():
    assert shortened(["a", "b"], 2) == ["a", "b"]
    assert shortened([], 2) == []
    assert shortened(["a", "b", "c"], 2) == ["a", "b", "and 1 more"]
    assert shortened(["a"] * 1500, 1) == ["a", "and 1,499 more"]
