"""The answers of the command line, in a process of its own: they come quickly, and they help."""

import resource
import subprocess
import sys
from importlib.metadata import version

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
    err = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("import time:"))
    return done.returncode, done.stdout, err, imported


HEAVY = {"torch", "sklearn", "wandb", "pandas", "matplotlib", "timm", "torchvision", "numpy"}


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        ([], 0, ["hito experiment=thesis/closed_set", "  compare ", "hito COMMAND --help"]),
        (["--help"], 0, ["hito experiment=thesis/closed_set", "backbone:", "replicates: 1"]),
        (["--version"], 0, [f"hito {version('hito')}"]),
        (["compnents"], 2, ["'compnents' is neither a command nor KEY=VALUE. Did you mean components?"]),
        (["thesis/closed_set"], 2, ["Did you mean experiment=thesis/closed_set?"]),
        (["backbone"], 2, ["backbone is a group: type backbone=OPTION"]),
        (["seed=1", "foo"], 2, ["foo (expected KEY=VALUE)"]),
        (["leaks=warn"], 2, ["leaks is now called on_leak: type on_leak=warn"]),
        (["k_max=3"], 2, ["k_max belongs to task=cluster: add task=cluster"]),
        (["port=1"], 2, ["port belongs to hito serve: type it after hito serve"]),
        (["compare", "a", "b", "x=1"], 2, ["hito compare: unknown argument 'x=1'", "Usage: hito compare BASELINE RUN"]),
        (["runs", "remove", "--help"], 0, ["Usage: hito runs [KEY=VALUE ...]", "yes="]),
        (["--config-name", "serve", "--cfg", "job"], 0, ["port: 8765", "photo_map: null"]),
        (["--cfg", "job"], 0, ["replicates: 1", "_target_: experiments.tasks.classify.classify"]),
        (["experiment=thesis/closed_set", "--cfg", "job"], 0, ["name: thesis/closed_set"]),
        (["backbone=cn"], 2, ["backbone=cn: there is no such option", "Did you mean cnn?", "efficientnet_lite0"]),
        (["experiment=thesis/closed"], 2, ["Did you mean thesis/closed_set"]),
        (["backbon=cnn"], 2, ["backbon: there is no such key", "Did you mean backbone"]),
        (["training=thesis", "trainin.epochs=3"], 2, ["trainin.epochs: there is no such key", "training.epochs"]),
        (
            ["training=thesis", "training.epoch=3"],
            2,
            ["training.epoch: there is no such key", "training.epochs", "batch_size"],
        ),
        (
            ["training=thesis", "training.epochs=abc[", "seed=1"],
            2,
            ["training.epochs=abc[: expected a whole number of 1 or more"],
        ),
        (["training=thesis", "training.epochs=1.5"], 2, ["training.epochs=1.5: expected a whole number of 1 or more"]),
        (["-m", "seed=0,abc"], 2, ["seed=abc: expected a whole number from 0 to"]),
        (
            ["sweeper=optuna", "training=thesis", "training.optimizer.lr=interval(-1,1)"],
            2,
            ["lr=-1.0: expected a number above 0"],
        ),
        (["seed=abc", "-m", "backbone=cnn,timm"], 2, ["seed=abc: expected a whole number"]),
        (["training=thesis", "training.optimizer=sgd"], 2, ["type training/optimizer=sgd"]),
        (["+foo=1"], 2, ["foo: nothing reads this key"]),
        (["+k_max=1"], 2, ["k_max belongs to task=cluster"]),
        (["training=thesis", "training.lr=0.1"], 2, ["Did you mean training.optimizer.lr?"]),
        (["name=ñandú", "sed=1"], 2, ["Did you mean seed?"]),
        (["señal=1"], 2, ["señal: there is no such key"]),
        (["backbone=ñ"], 2, ["backbone=ñ: there is no such option"]),
        (["hydra.job.chdir=true", "-m", "seed=0,1"], 2, ["hydra.job.chdir=true", "type output=FOLDER"]),
        (["hydra.sweep.dir=X"], 2, ["Type output=FOLDER"]),
        (
            ["training=thesis", "training.epochs=2", "augmentation=thesis"],
            2,
            ["Set these instead: augmentation.epochs=2"],
        ),
        (["serve", "port=many"], 2, ["port=many: expected a whole number from 0 to 65,535"]),
        (["experiment/thesis=closed_set", "--cfg", "job"], 0, ["name: thesis/closed_set"]),
        (["data=folder", "data.root=/á é", "name=2024", "--cfg", "job"], 0, ["root: /á é", "name: '2024'"]),
        (["-m", "replicate=1,2"], 2, ["Did you mean replicates"]),
        (
            ["experiment=thesis/closed_set", "backbone=cnn,timm", "trainin.epochs=3"],
            2,
            ["Did you mean training.epochs"],
        ),
        (["experiment=thesis/closed_set", "seed=range(3)", "backbone=cn"], 2, ["Did you mean cnn?"]),
        (["backbone=cnn,timm"], 2, ["several values make a sweep", "hito -m backbone=cnn,timm"]),
        (
            ["task=review", "features.backbone.pixels=unit"],
            2,
            ["features.backbone is taken from backbone. Set backbone.pixels"],
        ),
        (["task=review", "features.backbone.pixls=unit"], 2, ["taken from backbone", "Did you mean backbone.pixels"]),
        (["pixels.x=1", "seed=1"], 2, ["pixels.x: there is no such key"]),
        (
            ["training=thesis", "training.optimizer={ep: 3}"],
            2,
            ["it has the keys lr, betas, eps, and has no key ep. Did you mean eps?"],
        ),
        (["components", "backbones"], 2, ["there is no group 'backbones'", "Did you mean backbone?"]),
    ],
)
def test_answers_come_at_once_and_suggest_what_was_meant(words, status, expected, tmp_path):
    code, out, err, imported = hito(*words, cwd=tmp_path)
    assert code == status, out + err
    for text in expected:
        assert text in out + err
    assert "Traceback" not in err
    assert not imported & HEAVY
    assert not list(tmp_path.glob("multirun/*"))


def test_help_takes_less_than_a_second(tmp_path):
    """Processor time, the best of three: other tests run at the same time."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "experiments", "--help"], check=True, capture_output=True, cwd=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 1.0


def test_components_lists_every_option_with_its_docstring(tmp_path):
    code, out, err, imported = hito("components", cwd=tmp_path)
    assert code == 0, err
    for word in ("efficientnet_lite0", "thesis/closed_set", "stamps", "trivial", "wandb", "keras_adam"):
        assert word in out
    assert not imported & {"torch", "sklearn", "wandb", "timm"}


def test_components_of_one_group(tmp_path):
    code, out, _, _ = hito("components", "head", cwd=tmp_path)
    assert code == 0
    assert "closed" in out
    assert "hidden=2" in out.replace("\n", "")
    assert "efficientnet" not in out
