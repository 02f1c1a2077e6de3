"""A sweep that was recorded offline: its dashboard, and one command that sends all of it, as often as it takes."""

import json
import os
import subprocess
import sys

import pytest

from wandb_server import KEY, server  # noqa: F401 (a fixture)

SMALL = ["backbone=cnn", "pixels.size=32", "training.epochs=2", "training.batch_size=8"]


@pytest.fixture
def swept(hito, photos, monkeypatch):
    """Two runs and their sweep, recorded offline."""
    monkeypatch.delenv("WANDB_DIR")
    words = ["-m", "data=folder", f"data.root={photos}", *SMALL, "seed=0,1"]
    status, _, said = hito(*words)
    assert status == 0, said
    return words


def command(tmp_path, *words, **environment):
    """The command line in a process of its own: wandb changes the one it is in."""
    own = {name: value for name, value in os.environ.items() if name not in {"WANDB_MODE", "WANDB_DIR"}}
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *words],
        cwd=tmp_path,
        env=own | {"COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def test_a_sweep_is_sent_by_one_command_that_can_be_repeated(swept, hito, records, server, tmp_path):  # noqa: F811
    assert len(list(tmp_path.glob("multirun/classify/wandb/offline-run-*-sweep-classify"))) == 1
    status, _, said = command(tmp_path, "sync")
    assert status == 1
    assert "3 runs to send, and no API key" in said
    online = {"WANDB_BASE_URL": server.url, "WANDB_API_KEY": KEY}

    server.status = 500
    status, _, said = command(tmp_path, "sync", "timeout=8", **online)
    assert status == 1
    assert "answers 500" in said
    server.status = 200
    server.broken = lambda method, path: "sweep-classify" in path
    status, _, said = command(tmp_path, "sync", "classify", "timeout=8", **online)
    assert (status, "2 runs sent." in said, "1 run could not be sent" in said) == (1, True, True), said
    server.broken = lambda method, path: False
    status, _, said = command(tmp_path, "sync", **online)
    assert (status, "1 run sent." in said) == (0, True), said

    expected = {f"{run}-classify" for run in records()} | {"sweep-classify"}
    assert set(server.runs) == expected
    for run, record in records().items():
        summary = json.loads(server.runs[f"{run}-classify"]["wandb-summary.json"][-1])
        assert summary["accuracy"] == pytest.approx(record["metrics"]["accuracy"]["value"])
    groups = {bucket["groupName"] for bucket in server.buckets}
    assert groups - {None} == {"classify"}
    status, _, said = command(tmp_path, "sync", **online)
    assert (status, "Nothing to send" in said) == (0, True)

    assert hito(*swept)[0] == 0
    assert len(list(tmp_path.glob("multirun/classify/wandb/offline-run-*"))) == 1, (
        "passed to the tracker once, not every time"
    )


def test_two_at_once_send_everything_once(swept, server, tmp_path):  # noqa: F811
    online = {"WANDB_BASE_URL": server.url, "WANDB_API_KEY": KEY}
    own = {name: value for name, value in os.environ.items() if name not in {"WANDB_MODE", "WANDB_DIR"}}
    holding = "import sys; from pathlib import Path; from experiments.runs import lock\n"
    holding += "with lock.hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    locked = str(tmp_path / "multirun" / ".sync")
    other = subprocess.Popen(
        [sys.executable, "-c", holding, locked], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    both = []
    try:
        assert other.stdout.readline() == "held\n"
        for words in (["sync"], ["sync", "classify"]):
            line = [sys.executable, "-m", "experiments", *words]
            both.append(subprocess.Popen(line, cwd=tmp_path, env=own | online, stderr=subprocess.PIPE, text=True))
            said = both[-1].stderr.readline()
            assert said.startswith(f"process {other.pid} is sending runs below multirun"), said
        assert not server.runs
    finally:
        other.communicate()
        ended = [one.communicate(timeout=200)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], ended
    assert sorted(("3 runs sent." in one, "Nothing to send" in one) for one in ended) == [(False, True), (True, False)]
    assert len(server.runs) == 3


def test_a_dashboard_is_saved_or_kept_to_be_saved_later(swept, server, tmp_path):  # noqa: F811
    pytest.importorskip("wandb_workspaces")
    status, _, said = command(tmp_path, "dashboard")
    assert status == 0, said
    assert "multirun/classify/dashboard.json (not sent: no API key" in said
    assert "to send it later: hito dashboard classify" in said
    text = (tmp_path / "multirun/classify/dashboard.json").read_text()
    for expected in ("closed-0/validation_accuracy", "figures/training_curves", "confusion_matrix_table", "kappa"):
        assert expected in text
    online = {"WANDB_BASE_URL": server.url, "WANDB_API_KEY": KEY}
    status, _, said = command(tmp_path, "dashboard", "classify", "entity=tester", **online)
    assert status == 0, said
    (view,) = server.views
    assert (view["entityName"], view["displayName"]) == ("tester", "classify")
    assert "Dashboard of classify: http" in said
    server.broken = lambda method, path: method == "POST"
    server.status = 400
    status, _, said = command(tmp_path, "dashboard", "classify", "entity=tester", **online)
    assert (status, "not sent" in said) == (0, True), said


def test_a_wrong_command_line_is_explained(tmp_path):
    (tmp_path / "multirun").mkdir()
    for words, expected_status, expected in [
        (["sync", "timeout=soon"], 2, "hito sync: timeout=soon: expected a number of seconds"),
        (["sync", "a", "b"], 2, "Usage: hito sync [EXPERIMENT] [output=multirun] [timeout=60]"),
        (["sync", "nothing"], 1, "There is no experiment 'nothing' below multirun"),
        (["sync", "outputs=x"], 2, "hito sync: unknown argument 'outputs=x'. Did you mean output?"),
        (["dashboard"], 1, "There are no runs below multirun"),
        (["dashboard", "project="], 2, "hito dashboard: project= has no value"),
    ]:
        status, _, err = command(tmp_path, *words)
        assert (status, expected in err) == (expected_status, True), err
    status, _, err = command(tmp_path, "sync")
    assert (status, "Nothing to send" in err) == (0, True)
