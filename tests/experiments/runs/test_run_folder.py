"""What a run starts with: its record, and a folder without what a killed process left."""

from experiments.runs import lock
from experiments.runs.record import Record
from experiments.runs.request import RunRequest
from experiments.runs.run_folder import artifacts, clear_run_folder, start_record

FILES = (
    "record.json",
    lock.FILE,
    "log",
    ".record.json.1a2b.json",
    "figures/roc.png",
    "figures/.roc.png.1a.png",
    "checkpoints/last.pt",
    "wandb/run/.x.y",
)


def request(folder, if_exists="resume"):
    nodes = {"if_exists": if_exists, "task": {"_target_": "t"}, "name": "x"}
    return RunRequest(
        "a", folder, "components.t", {"seed": 0}, nodes, {"task": "classify"}, ("seed=0",), None, {"n": 3}
    )


def written(folder):
    folder.mkdir()
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    return folder


def test_a_run_that_continues_keeps_its_files_and_its_seconds(tmp_path):
    folder = written(tmp_path / "a")
    record = start_record(request(folder), Record("a", "running", "classify", "x", seconds=2.5))
    assert (record.status, record.seconds, record.data) == ("running", 2.5, {"n": 3})
    assert record.config == {"task": {"_target_": "t"}, "name": "x", "seed": 0}
    assert not (folder / ".record.json.1a2b.json").exists()
    assert not (folder / "figures/.roc.png.1a.png").exists()
    assert (folder / "checkpoints/last.pt").exists()
    assert artifacts(folder) == ["figures/roc.png", "log", "record.json"]


def test_overwrite_removes_everything_but_the_lock(tmp_path):
    folder = written(tmp_path / "a")
    record = start_record(request(folder, "overwrite"), Record("a", "done", "classify", "x", seconds=2.5))
    assert record.seconds == 0
    assert [path.name for path in folder.iterdir()] == [lock.FILE]


def test_a_linked_folder_is_not_emptied(tmp_path):
    elsewhere = written(tmp_path / "elsewhere")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "link").symlink_to(elsewhere)
    clear_run_folder(tmp_path / "a")
    assert not list((tmp_path / "a").iterdir())
    assert (elsewhere / "log").exists()
