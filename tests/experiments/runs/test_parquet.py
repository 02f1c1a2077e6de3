"""One reader of the Parquet files of runs; the tasks that an error names are those that write the file."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from components.errors import DataError
from experiments.runs import items, partitions, predictions
from experiments.runs.parquet import read_table
from experiments.tasks import __path__ as tasks_path


def test_what_is_missing_is_named(tmp_path):
    path = tmp_path / "items.parquet"
    with pytest.raises(DataError, match=r"has no items\.parquet: only finished runs of task=search\|assign write one"):
        read_table(path, ["id"], tasks=["search", "assign"])
    path.write_bytes(b"half a file")
    with pytest.raises(DataError, match=r"items\.parquet cannot be read .*: do the run again with if_exists=overwrite"):
        read_table(path, ["id"], tasks=[])
    pd.DataFrame({"id": ["a"]}).to_parquet(path)
    with pytest.raises(DataError, match="lacks the columns replicate, label: do the run again"):
        read_table(path, ["replicate", "id", "label"], tasks=[])
    assert read_table(path, ["id"], tasks=[])["id"].tolist() == ["a"]


def called(path):
    """The names of all functions that a module calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def tasks_that_call(function):
    """The tasks in whose module, or in that of their output, a function is called."""
    folder = Path(next(iter(tasks_path)))
    found = set()
    for path in folder.rglob("*.py"):
        if function in called(path):
            found.add("review" if path.parent.name == "review" else path.stem.removesuffix("_output"))
    return found


def test_the_tasks_that_an_error_names_write_the_file():
    assert set(items.TASKS) == tasks_that_call("write_items")
    assert set(partitions.TASKS) == tasks_that_call("write_partitions")
    for task in predictions.TASKS:
        assert (Path(next(iter(tasks_path))) / f"{task}.py").is_file()
    assert {"classify", "head_search", "open_set", "zero_shot"} <= set(predictions.TASKS)
