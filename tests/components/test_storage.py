import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.storage import atomic_path, cache_folder, creation_lock, digest


def test_a_file_is_written_completely_or_not_at_all(tmp_path):
    target = tmp_path / "sub" / "file.txt"
    with atomic_path(target) as path:
        path.write_text("first")
        assert not target.exists()
    assert target.read_text() == "first"

    def write_half():
        with atomic_path(target) as path:
            path.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert target.read_text() == "first"
    assert [path.name for path in target.parent.iterdir()] == ["file.txt"]


def test_permissions_are_the_usual_ones(tmp_path):
    (tmp_path / "plain").write_text("")
    with atomic_path(tmp_path / "atomic") as path:
        path.write_text("")
    assert (tmp_path / "plain").stat().st_mode == (tmp_path / "atomic").stat().st_mode


@pytest.fixture(params=[0o022, 0o027, 0o077], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_threads_that_write_checkpoints_never_change_the_umask(tmp_path, umask, monkeypatch):
    """The umask belongs to the process: setting it, even for a moment, would change the files of other threads."""
    changes = []
    monkeypatch.setattr(os, "umask", changes.append)
    start = threading.Barrier(8)

    def write_checkpoints(thread):
        start.wait()
        for epoch in range(25):
            with atomic_path(tmp_path / f"{thread}" / f"{epoch}.pt") as path:
                path.write_bytes(b"weights")
            (tmp_path / f"{thread}" / f"{epoch}.log").touch()  # a file that does not go through atomic_path

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write_checkpoints, range(8)))
    monkeypatch.undo()
    assert changes == []
    assert os.umask(umask) == umask
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2 * 8 * 25
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o666 & ~umask}


def test_one_of_several_threads_creates_a_file(tmp_path):
    target, created = tmp_path / "features", []

    def create(thread):
        with creation_lock(target):
            if not target.exists():
                created.append(thread)
                target.touch()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(create, range(6)))
    assert len(created) == 1


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_digest_tells_different_parts_apart(parts, others):
    assert (digest(*parts) == digest(*others)) == (parts == others)


def test_the_environment_sets_the_folder_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "here"))
    assert cache_folder("pixels") == tmp_path / "here" / "pixels"
    monkeypatch.delenv("HITO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder("pixels") == tmp_path / "xdg" / "hito" / "pixels"
