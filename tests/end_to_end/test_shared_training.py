"""Jobs that share a training or the features of a frozen backbone, started at once: one of them does the work."""

import json
import os
import subprocess
import sys

import pytest

COUNTED = '''
import os, time, traceback
from components.backbones.cnn import thesis_cnn

def trained(*, image_size, **options):
    """The thesis's CNN, which writes a line for each batch that it sees, and is slow enough to be met at work."""
    backbone = thesis_cnn(image_size=image_size, **options)
    backbone.register_forward_hook(count)
    return backbone

def frozen(*, image_size, **options):
    """The same, not trained."""
    return trained(image_size=image_size, **options).requires_grad_(False)

def count(*_):
    if any("explanations" in frame.filename for frame in traceback.extract_stack()):
        return  # each run draws heat maps
    time.sleep(0.05)
    with open(os.environ["COUNT"], "a") as file:
        file.write("batch\\n")
'''

WORDS = ["data=folder", "split=class_holdout", "split.known=2", "task=open_set", "tracker=none", "pixels.size=32"]
WORDS += ["training=thesis", "training.epochs=3", "training.batch_size=8", "device=cpu"]


def start(folder, photos, jobs):
    """Run the command line once for each of the jobs, all at once; their output and the batches they counted."""
    folder.mkdir()
    (folder / "counted.py").write_text(COUNTED)
    own = {"COUNT": str(folder / "count"), "HITO_CACHE": str(folder / "cache"), "COLUMNS": "200"}
    environment = os.environ | own | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "experiments", *WORDS, *words, f"data.root={photos}"],
            cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for words in jobs
    ]  # fmt: skip
    try:
        said = [process.communicate(timeout=250)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0] * len(jobs), "\n".join(said)
    return "\n".join(said), len((folder / "count").read_text().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backbone", "differs"),
    [("trained", ["detector=msp", "detector=knn"]), ("frozen", ["head=closed", "head=rest_class"])],
)
def test_two_processes_do_the_shared_work_once(backbone, differs, photos, tmp_path):
    jobs = [["backbone=cnn", f"backbone._target_=counted.{backbone}", word] for word in differs]
    _, alone = start(tmp_path / "alone", photos, jobs[:1])
    said, together = start(tmp_path / "together", photos, jobs)
    assert together == alone
    if backbone == "trained":
        assert "is working on it; waiting" in said
    records = [json.loads(path.read_text()) for path in (tmp_path / "together").glob("multirun/*/*/record.json")]
    assert [one["status"] for one in records] == ["done", "done"]
