"""Every task names its runs by options of groups that it uses, and says so without being imported."""

import subprocess
import sys

import pytest

from experiments.config import compose_config, list_options, module_constant, parameter_names
from experiments.config.paths import configuration_folder
from experiments.runs.naming import CONSTANT, label_of
from experiments.runs.record import Record

TASKS = {
    option.name: option.target for option in list_options(configuration_folder()) if option.group == "task"
}  # fmt: skip


def record(task, **choices):
    target = TASKS.get(task, f"experiments.tasks.{task}.{task}")
    return Record("a", "done", task, task, choices=choices, config={"task": {"_target_": target}})


@pytest.mark.parametrize("task", TASKS)
def test_a_task_names_its_runs_by_groups_that_it_uses(task):
    groups = module_constant(TASKS[task], CONSTANT)
    assert isinstance(groups, tuple), f"{TASKS[task]} has no {CONSTANT} beside it"
    parameters = parameter_names(TASKS[task])
    choices = compose_config([f"task={task}"], return_hydra_config=True).hydra.runtime.choices
    for group in groups:
        assert group.partition("/")[0] in parameters
        assert group in choices


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("classify", "cnn · thesis"),
        ("open_set", "cnn · thesis · knn"),
        ("head_search", "cnn"),
        ("align", "aligned"),
        ("prepare", "prepare"),
        ("locate", "ingress"),
        ("search", "aligned · thesis"),
        ("of_somebody_else", "of_somebody_else"),
    ],
)
def test_the_label_of_a_run(task, expected):
    choices = {
        "backbone": "cnn",
        "augmentation": "thesis",
        "head": "closed",
        "detector": "knn",
        "embedder": "aligned",
        "search": "exact",
        "query": "thesis",
        "location/spacing": "ingress",
    }
    assert label_of(record(task, **choices)) == expected


def test_the_task_is_not_imported():
    code = "import sys; from experiments.runs import Record, label_of; "
    code += "target = 'experiments.tasks.classify.classify'; "
    code += "print(label_of(Record('a', 'done', 'classify', 'x', choices={'backbone': 'cnn'}, "
    code += "config={'task': {'_target_': target}})), 'torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["cnn", "False"]
