"""The search space from Hydra's sweep overrides."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from components.errors import ConfigError
from experiments.sweeps.tuning.search_space import Choice, Interval, job_overrides, read_axes, samples


def axes(*words):
    return read_axes(OverridesParser.create().parse_overrides(list(words)))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("a=interval(-5.5, 5)", Interval(-5.5, 5.0)),
        ("a=tag(log, interval(1e-4, 1e-1))", Interval(1e-4, 1e-1, log=True)),
        ("a=int(interval(1, 5))", Interval(1, 5, integer=True)),
        ("a=tag(log, int(interval(1, 64)))", Interval(1, 64, integer=True, log=True)),
        ("a=range(16, 65, 16)", Interval(16, 64, integer=True, step=16)),
        ("a=range(3)", Interval(0, 2, integer=True, step=1)),
        ("a=range(0.1, 0.5, 0.1)", Interval(0.1, 0.4, step=0.1)),
        ("a=choice(cnn, timm)", Choice(("cnn", "timm"))),
        ("a=cnn,timm,cnn", Choice(("cnn", "timm"))),
        ("a=choice(1, 0.5, true, '[1,2]')", Choice(("1", "0.5", "True", "\\[1\\,2\\]"))),
        ("a=shuffle(c, a, b)", Choice(("a", "b", "c"))),
        ("a=choice({b:1}, [2,3])", Choice(("{b:1}", "[2,3]"))),
    ],
)
def test_an_axis_means_what_hydra_means(word, expected):
    fixed, found = axes(word)
    assert fixed == {}
    assert found["a"] == expected


def test_the_last_override_of_a_key_counts():
    fixed, found = axes("a=1,2", "b=interval(0,1)", "c=3", "a=5", "c=x,y", "+d=7", "~e")
    assert list(fixed.values()) == ["a=5", "+d=7", "~e"]
    assert found == {"b": Interval(0.0, 1.0), "c": Choice(("x", "y"))}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["a=1"], "nothing to search"),
        (["a=interval(2, 1)"], "the start must be below the end"),
        (["a=interval(1, 1)"], "the start must be below the end"),
        (["a=tag(log, interval(0, 1))"], "a logarithmic axis must start above 0"),
        (["a=range(1, 2)"], "at least two values"),
        (["a=range(5, 1, -1)"], "in rising order"),
    ],
)
def test_an_empty_space_is_refused(overrides, message):
    with pytest.raises(ConfigError, match=message):
        axes(*overrides)


def test_samples_use_every_value():
    fixed, found = axes("seed=3", "a=x,y,z", "b=interval(1,2)")
    jobs = samples(fixed, found)
    assert {word for job in jobs for word in job} == {"seed=3", "a=x", "a=y", "a=z", "b=1.0", "b=2.0"}
    assert all(len(job) == 3 for job in jobs)


def test_numbers_have_four_significant_digits():
    assert job_overrides({}, {"a": 0.000075359489, "b": 8.0, "c": 12345, "d": "cnn", "e": 1e-5}) == [
        "a=7.536e-05",
        "b=8.0",
        "c=12345",
        "d=cnn",
        "e=1e-05",
    ]
