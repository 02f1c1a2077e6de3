import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.storage import atomic_path, cache_folder, digest


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
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
    assert [one.name for one in target.parent.iterdir()] == ["file.txt"]


def test_permissions_are_the_usual_ones(tmp_path):
    (tmp_path / "plain").write_text("")
    with atomic_path(tmp_path / "atomic") as path:
        path.write_text("")
    assert (tmp_path / "plain").stat().st_mode == (tmp_path / "atomic").stat().st_mode


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_digest_tells_different_parts_apart(one, other):
    assert (digest(*one) == digest(*other)) == (one == other)


def test_the_cache_lies_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "here"))
    assert cache_folder("pixels") == tmp_path / "here" / "pixels"
    monkeypatch.delenv("HITO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder("pixels") == tmp_path / "xdg" / "hito" / "pixels"
