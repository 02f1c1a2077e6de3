"""What the command line answers, in a process of its own: quickly, and in words that help."""

import resource
import subprocess
import sys

import pytest


def hito(*words, cwd=None):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "experiments", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=cwd,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("import time:"))
    return done.returncode, done.stdout, said, imported


HEAVY = {"torch", "sklearn", "wandb", "pandas", "matplotlib", "timm", "torchvision", "numpy"}


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["--help"], 0, ["hito experiment=thesis/closed_set", "backbone:", "replicates: 1"]),
        (["--cfg", "job"], 0, ["replicates: 1", "_target_: experiments.tasks.classify.classify"]),
        (["experiment=thesis/closed_set", "--cfg", "job"], 0, ["name: thesis/closed_set"]),
        (["backbone=cn"], 2, ["backbone=cn: there is no such option", "Did you mean cnn?", "efficientnet_lite0"]),
        (["experiment=thesis/closed"], 2, ["Did you mean thesis/closed_set"]),
        (["backbon=cnn"], 2, ["backbon: there is no such key", "Did you mean backbone"]),
        (["trainin.epochs=3"], 2, ["trainin.epochs: there is no such key", "training.epochs"]),
        (["training.epoch=3"], 2, ["training.epoch: there is no such key", "training.epochs", "batch_size"]),
        (["training.epochs=abc[", "seed=1"], 2, ["training.epochs=abc["]),
        (["-m", "replicate=1,2"], 2, ["Did you mean replicates"]),
        (
            ["experiment=thesis/closed_set", "backbone=cnn,timm", "trainin.epochs=3"],
            2,
            ["Did you mean training.epochs"],
        ),
        (["experiment=thesis/closed_set", "seed=range(3)", "backbone=cn"], 2, ["Did you mean cnn?"]),
        (["backbone=cnn,timm"], 2, ["Ambiguous value", "--multirun"]),
        (["features.backbone.pixels=unit"], 2, ["features.backbone is taken from backbone. Set backbone.pixels"]),
        (["features.backbone.pixls=unit"], 2, ["taken from backbone", "Did you mean backbone.pixels"]),
        (
            ["task=assign", "assignment=thesis", "assignment.where={kind: mural, split: test}"],
            2,
            ["assignment.where: it has the keys kind. Add another by its name: +assignment.where.KEY=VALUE"],
        ),
        (["components", "backbones"], 1, ["There is no group 'backbones'", "Did you mean backbone?"]),
    ],
)
def test_it_answers_at_once_and_says_what_was_meant(words, status, expected, tmp_path):
    code, out, said, imported = hito(*words, cwd=tmp_path)
    assert code == status, out + said
    for text in expected:
        assert text in out + said
    assert "Traceback" not in said
    assert not imported & HEAVY
    assert not list(tmp_path.glob("multirun/*"))


def test_help_takes_less_than_a_second(tmp_path):
    """Processor time, the best of three: other tests run beside this one."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "experiments", "--help"], check=True, capture_output=True, cwd=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 1.0


def test_components_lists_every_option_with_its_docstring(tmp_path):
    code, out, said, imported = hito("components", cwd=tmp_path)
    assert code == 0, said
    for word in ("efficientnet_lite0", "thesis/closed_set", "stamps", "trivial", "wandb", "keras_adam"):
        assert word in out
    assert not imported & {"torch", "sklearn", "wandb", "timm"}


def test_components_of_one_group(tmp_path):
    code, out, _, _ = hito("components", "head", cwd=tmp_path)
    assert code == 0
    assert "closed" in out
    assert "hidden=2" in out.replace("\n", "")
    assert "efficientnet" not in out
