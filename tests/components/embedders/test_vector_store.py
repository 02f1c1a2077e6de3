"""The store beside a dictionary, damaged files, and writers that are killed."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.embedders.vector_store import KEY_BYTES, VectorStore
from components.errors import HitoError


def key(number):
    return hashlib.sha256(str(number).encode()).digest()[:KEY_BYTES]


def vector(number, version=0, d=5):
    return np.random.default_rng([number, version]).normal(size=d).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=8), max_size=6),
    st.lists(st.integers(0, 40), unique=True),
)
def test_it_is_a_dictionary(tmp_path_factory, writes, lookups):
    folder = tmp_path_factory.mktemp("store")
    expected = {}
    for batch in writes:
        with VectorStore(folder, 5).writing() as put:
            put([key(n) for n, _ in batch], np.array([vector(*one) for one in batch], np.float32).reshape(-1, 5))
        expected |= {n: vector(n, version) for n, version in batch}
    vectors, found = VectorStore(folder, 5).get([key(n) for n in lookups])
    assert found.tolist() == [n in expected for n in lookups]
    for row, n in enumerate(lookups):
        np.testing.assert_array_equal(vectors[row], expected.get(n, np.zeros(5)))


@pytest.fixture
def hundred(tmp_path):
    store = VectorStore(tmp_path, 5)
    with store.writing() as put:
        put([key(n) for n in range(100)], np.stack([vector(n) for n in range(100)]))
    return store


def test_any_number_of_vectors_is_two_files(hundred, tmp_path):
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "vectors"]
    assert (tmp_path / "vectors").stat().st_size == 100 * 5 * 4


@pytest.mark.parametrize("index", [0, 37, 99])
def test_a_flipped_bit_is_noticed_and_mended(hundred, tmp_path, caplog, index):
    raw = bytearray((tmp_path / "vectors").read_bytes())
    raw[index * 20 + 7] ^= 1
    (tmp_path / "vectors").write_bytes(raw)
    vectors, found = hundred.get([key(n) for n in range(100)])
    assert np.flatnonzero(~found).tolist() == [index]
    assert not vectors[index].any()
    assert "1 of 100 vectors are damaged and computed again" in caplog.text
    assert str(tmp_path) in caplog.text
    caplog.clear()
    with hundred.writing() as put:
        put([key(index)], vector(index)[None])
    vectors, found = hundred.get([key(n) for n in range(100)])
    assert found.all()
    assert not caplog.text
    np.testing.assert_array_equal(vectors[index], vector(index))


@pytest.mark.parametrize("file", ["keys", "vectors"])
@pytest.mark.parametrize("size", [0, 1, 19, 777])
def test_files_that_were_cut_short(hundred, tmp_path, file, size):
    os.truncate(tmp_path / file, size)
    left = size // 20  # both files have 20 bytes a vector here
    for _ in range(2):
        vectors, found = hundred.get([key(n) for n in range(100)])
        assert found.tolist() == [n < left for n in range(100)]
        np.testing.assert_array_equal(vectors[:left], [vector(n) for n in range(left)] or np.zeros((0, 5)))
        with hundred.writing() as put:  # the next writer puts its vector in the right place
            put([key(1000)], vector(1000)[None])
        assert hundred.get([key(1000)])[1].all()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "keys").mkdir()
    with pytest.raises(HitoError, match="vectors cannot be stored"), VectorStore(tmp_path, 5).writing():
        pass


WRITER = """
import hashlib, sys
from pathlib import Path
import numpy as np
from components.embedders.vector_store import VectorStore
store, number = VectorStore(Path(sys.argv[1]), 64), int(sys.argv[2])
print("ready", flush=True)
while True:
    with store.writing() as put:
        for _ in range(50):
            keys = [hashlib.sha256(f"{number + i}".encode()).digest()[:16] for i in range(7)]
            put(keys, np.stack([np.full(64, number + i, np.float32) for i in range(7)]))
            number += 7
"""


def test_writers_killed_at_any_moment_leave_whole_vectors(tmp_path, caplog):
    """Two at a time, each killed (SIGKILL) while it writes; the stored vectors are those that were written."""
    folder = tmp_path / "store"
    folder.mkdir()
    running = []
    dice = random.Random(0)
    for turn in range(6):
        command = [sys.executable, "-c", WRITER, str(folder), str(turn * 10_000_000)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        running.append(process)
        time.sleep(dice.uniform(0.01, 0.1))
        if len(running) == 2:
            os.kill(running[0].pid, signal.SIGKILL)
            running.pop(0).communicate()
    for process in running:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    store = VectorStore(folder, 64)
    seen = 0
    for turn in range(6):
        numbers = range(turn * 10_000_000, turn * 10_000_000 + 70_000)
        vectors, found = store.get([key(n) for n in numbers])
        count = int(found.sum())
        seen += count
        assert found[:count].all()
        np.testing.assert_array_equal(vectors[:count], np.repeat(np.array(numbers[:count], np.float32)[:, None], 64, 1))
    assert seen > 7 * 6
    assert not caplog.text
