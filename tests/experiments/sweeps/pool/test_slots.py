"""Slots of a pool."""

import pytest

from components.errors import ConfigError
from experiments.sweeps.pool import make_slots


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def threads(slots):
    return [int(slot.environment["OMP_NUM_THREADS"]) for slot in slots]


@pytest.mark.parametrize(
    ("jobs", "workers", "given", "expected"),
    [(9, None, None, [1] * 4), (2, None, None, [2, 2]), (9, 3, None, [1] * 3), (9, 8, 2, [2] * 8), (1, 5, None, [4])],
)
def test_the_cores_are_shared(jobs, workers, given, expected):
    slots = make_slots(jobs, device="cpu", workers=workers, threads=given)
    assert threads(slots) == expected
    assert len({slot.name for slot in slots}) == len(slots)
    assert all("CUDA_VISIBLE_DEVICES" not in slot.environment for slot in slots)


def test_each_gpu_is_given_to_one_or_shared_evenly(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    slots = make_slots(9, device="cuda")
    assert [(slot.name, slot.environment["CUDA_VISIBLE_DEVICES"]) for slot in slots] == [("GPU 2", "2"), ("GPU 5", "5")]
    assert threads(slots) == [2, 2]
    shared = make_slots(9, device="cuda", workers=4)
    assert [slot.environment["CUDA_VISIBLE_DEVICES"] for slot in shared] == ["2", "5", "2", "5"]
    assert len({slot.name for slot in shared}) == 4
    assert len(make_slots(1, device="cuda")) == 1


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"threads": -1}])
def test_numbers_below_one_are_refused(wrong):
    with pytest.raises(ConfigError, match="expected null or a whole number of at least 1"):
        make_slots(2, device="cpu", **wrong)
