import os
import stat

import pytest

from components.data.atomic_folder import atomic_folder


def test_a_folder_appears_completely_or_not_at_all(tmp_path):
    target = tmp_path / "cache" / "abc"
    with atomic_folder(target) as unfinished:
        (unfinished / "file").write_text("content")
        assert not target.exists()
    assert (target / "file").read_text() == "content"

    def fail():
        with atomic_folder(tmp_path / "cache" / "def") as unfinished:
            (unfinished / "file").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in target.parent.iterdir()] == ["abc"]


def test_the_folder_of_another_process_is_kept(tmp_path):
    target = tmp_path / "abc"
    with atomic_folder(target) as unfinished:
        (unfinished / "ours").touch()
        target.mkdir()
        (target / "theirs").touch()
    assert [path.name for path in target.iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["abc"]


@pytest.mark.parametrize("umask", [0o022, 0o077], ids=oct)
def test_permissions_follow_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        with atomic_folder(tmp_path / "abc"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "abc").stat().st_mode) == 0o777 & ~umask
