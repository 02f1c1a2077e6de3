"""The launcher of a sweep changes nothing about its runs: same ids, same metrics, same resume."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from experiments.runs import lock

WORDS = ["-m", "data=folder", "tracker=none", "backbone=cnn", "pixels.size=32", "training.epochs=2", "seed=0,1,2"]
WORDS += ["training.batch_size=8", "device=cpu"]


def hito(folder, photos, *words):
    """(status, standard output, standard error) of the command line in a process of its own."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *words, f"data.root={photos}"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    return done.returncode, done.stdout, done.stderr


def records(folder):
    found = sorted(folder.glob("multirun/*/*/record.json"))
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in found}


@pytest.fixture(scope="module")
def in_process(tmp_path_factory):
    """Metrics by run id of the sweep that every launcher must reproduce; it runs once."""
    done = {}

    def reference(photos):
        if not done:
            folder = tmp_path_factory.mktemp("in_process")
            status, _, said = hito(folder, photos, *WORDS)
            assert status == 0, said
            done.update({run: one["metrics"] for run, one in records(folder).items()})
        return done

    return reference


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("package", "words"),
    [
        (None, ["launcher=pool", "launcher.workers=2"]),
        (None, ["hydra/launcher=pool", "hydra.launcher.workers=2"]),
        ("hydra_plugins.hydra_joblib_launcher", ["launcher=joblib", "launcher.workers=2"]),
        ("hydra_plugins.hydra_submitit_launcher", ["launcher=submitit_local", "launcher.workers=2"]),
        ("ray", ["launcher=ray"]),
    ],
    ids=lambda one: "_".join(one) if isinstance(one, list) else "",
)
def test_every_launcher_leaves_the_same_records_and_finds_them_done(photos, tmp_path, in_process, package, words):
    if package:
        pytest.importorskip(package, reason=f"{package} is an extra")
    status, _, said = hito(tmp_path, photos, *WORDS, *words)
    assert status == 0, said
    assert {run: one["metrics"] for run, one in records(tmp_path).items()} == in_process(photos)
    assert {one["status"] for one in records(tmp_path).values()} == {"done"}
    assert "launcher" not in next(iter(records(tmp_path).values()))["choices"]
    assert "summary.csv" in said
    before = records(tmp_path)
    status, _, said = hito(tmp_path, photos, *WORDS, *words)
    assert status == 0, said
    assert "3 runs: 3 done" in said
    assert records(tmp_path) == before


CRASHING = '''
import os, signal, time
from experiments.runs.run import Outcome

def crashing(*, data, seed: int, run) -> Outcome:
    """Ends in as many ways as there are seeds."""
    if seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if seed == 2:
        os.kill(os.getpid(), signal.SIGSEGV)
    if seed == 3:
        raise MemoryError("no room")
    if seed == 4:
        os._exit(7)
    return Outcome(protocol=os.environ["OMP_NUM_THREADS"])
'''


def test_a_worker_that_dies_fails_only_its_job(photos, tmp_path):
    (tmp_path / "crashing.py").write_text(CRASHING)
    task = ["task=prepare", "task._target_=crashing.crashing", "data=folder", "tracker=none", "launcher=pool"]
    words = ["-m", *task, "launcher.workers=2", "launcher.threads=3", "seed=range(7)"]
    status, out, said = hito(tmp_path, photos, *words)
    assert status == 1
    assert "4 of 7 runs failed" in said
    found = {one["config"]["seed"]: one for one in records(tmp_path).values()}
    assert [found[seed]["status"] for seed in range(7)] == ["done", *["failed"] * 4, "done", "done"]
    assert found[0]["protocol"] == "3"
    assert "ended by SIGKILL, as the system does when memory runs out" in found[1]["error"]
    assert "ended by SIGSEGV" in found[2]["error"]
    assert "MemoryError: no room" in found[3]["error"]
    assert "ended with status 7" in found[4]["error"]
    for seed in (1, 2, 4):
        assert found[seed]["error"].split(",")[0] in re.sub(r"\s+", " ", out)
    _, _, said = hito(tmp_path, photos, *words)
    assert "7 runs: 3 done, 4 failed before (if_exists=retry runs them again)" in said


def test_workers_exit_with_a_pool_that_is_killed_and_the_sweep_continues(photos, tmp_path):
    words = [*WORDS, "launcher=pool", "launcher.workers=2", "training.epochs=40", "training.checkpoint_seconds=0"]
    command = [sys.executable, "-m", "experiments", *words, f"data.root={photos}"]
    pool = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("multirun/*/*/checkpoints/*.pt")):
        assert pool.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(pool.pid, signal.SIGKILL)
    pool.wait()
    folders = [path.parent for path in tmp_path.glob("multirun/*/*/record.json")]
    while any(lock.holder(folder) for folder in folders):
        assert time.monotonic() < deadline, "a worker outlives the pool"
        time.sleep(0.05)
    assert "running" in {one["status"] for one in records(tmp_path).values()}
    status, _, said = hito(tmp_path, photos, *words)
    assert status == 0, said
    assert "(continued)" in said or "done" in said
    assert [one["status"] for one in records(tmp_path).values()] == ["done"] * 3
