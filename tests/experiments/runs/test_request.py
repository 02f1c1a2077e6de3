"""Which runs are performed, given `if_exists` and the record of an earlier run."""

import pytest
from PIL import Image

from components.errors import ConfigError
from experiments.config import parameter_names
from experiments.runs.record import Record
from experiments.runs.request import RunRequest, _manifests
from experiments.runs.run_folder import start_record


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


@pytest.fixture
def photos(tmp_path):
    root = tmp_path / "photos"
    for name, number in (("fuente", 3), ("mural", 3), ("sola", 1)):
        (root / name).mkdir(parents=True)
        for row in range(number):
            shade = (hash(name) % 200, 60 * row, 99)
            Image.new("RGB", (16, 16), shade).save(root / name / f"{row}.png")
    return root


def of(root, task="prepare", **keys):
    module = {"review": "review.task"}.get(task, task)
    target = f"experiments.tasks.{module}.{task}"
    nodes = {name: {} for name in parameter_names(target)} | {
        "task": {"_target_": target},
        "data": {"_target_": "components.data.folders.folder", "root": str(root)},
        "output": str(root.parent / "out"),
        "name": "x",
        "existing": None,
        "classifier": None,
        "matcher": None,
        "calibration": None,
        "index": None,
        "filters": None,
        "if_exists": "resume",
    }
    _manifests.clear()
    return RunRequest.of(nodes | keys, {"task": task}, [])


def test_every_task_takes_keys_that_select_its_photos(photos):
    whole = of(photos)
    found = of(photos, min_photos=2, filters={"path": {"at_least": "fuente/1"}})
    assert found.photos.path.tolist() == ["fuente/1.png", "fuente/2.png", "mural/0.png", "mural/1.png", "mural/2.png"]
    assert found.photos.left_out["sola/0.png"].endswith("fewer than min_photos=2")
    assert found.id != whole.id
    assert found.data["photos"] == 5
    assert len(found.data["notes"]) == 2
    assert start_record(found, None).config["min_photos"] == 2


def test_joined_classes_are_another_run(photos):
    joined = of(photos, rename_classes={"sola": "mural"})
    assert joined.photos.classes == ("fuente", "mural")
    assert joined.id != of(photos).id
    assert of(photos, rename_classes=None, classes=None, min_photos=None).id == of(photos).id


def test_a_search_applies_its_filters_itself(photos):
    assert len(of(photos, "search", filters={"label": "mural"}).photos) == 7
    assert len(of(photos, "search", filters={"label": "mural"}, classes=["mural", "sola"]).photos) == 4


def test_what_is_skipped_identifies_a_prepare_and_no_training(photos):
    prepared, trained = of(photos).id, of(photos, "zero_shot").id
    (photos / "fuente" / "notas.txt").write_text("x")
    assert of(photos).id != prepared
    assert of(photos, "zero_shot").id == trained
    prepared = of(photos).id
    (photos / "@eaDir").mkdir()
    assert of(photos).id != prepared


def test_what_is_skipped_is_logged(photos, caplog):
    (photos / "fuente" / "notas.txt").write_text("x")
    (photos / "vacía").mkdir()
    with caplog.at_level("INFO"):
        of(photos, "zero_shot", min_photos=2)
    assert "2 files or folders skipped" in caplog.text
    assert "vacía/: a folder without photos" in caplog.text
    assert "the class 'sola' has 1 photo" in caplog.text
