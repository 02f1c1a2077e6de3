import pytest

from experiments.cli.completion import completions


def completed(line, monkeypatch):
    monkeypatch.setenv("COMP_LINE", line)
    return completions(["-sc", "query=bash"])


def test_experiments_are_completed_with_their_folder(monkeypatch):
    assert completed("hito experiment=thesis/c", monkeypatch) == ["experiment=thesis/closed_set"]
    assert "experiment=extend/match" in completed("hito -m seed=1 experiment=", monkeypatch)


def test_ids_of_runs_are_completed(monkeypatch, tmp_path):
    for name in ("ab12", "cd34"):
        (tmp_path / "multirun" / "x" / name).mkdir(parents=True)
        (tmp_path / "multirun" / "x" / name / "record.json").touch()
    monkeypatch.chdir(tmp_path)
    assert completed("hito runs show ", monkeypatch) == ["ab12", "cd34"]
    assert completed("hito runs diff ab12 c", monkeypatch) == ["cd34"]
    assert completed("hito compare a", monkeypatch) == ["ab12"]
    assert completed("hito runs show output=elsewhere ", monkeypatch) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [("hito comp", ["compare", "components"]), ("hito runs r", ["remove"]), ("hito sync out", ["output="])],
)
def test_commands_and_their_keys_are_completed(line, expected, monkeypatch):
    assert completed(line, monkeypatch) == expected


def test_all_else_is_completed_by_hydra(monkeypatch):
    assert completed("hito backbone=", monkeypatch) is None
    assert completed("hito ", monkeypatch) is None
    assert completions(["-sc", "install=bash"]) is None
    assert completions(["seed=1"]) is None
    assert completed("hito 'a", monkeypatch) == []
