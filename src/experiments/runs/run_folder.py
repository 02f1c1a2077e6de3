"""The folder of a run: the record that a run starts with, what is removed, and what is listed."""

import os
import shutil
from datetime import datetime
from pathlib import Path

from experiments.runs import lock
from experiments.runs.environment import environment_record
from experiments.runs.record import FILE, Record
from experiments.runs.request import RunRequest, selection_of


def start_record(request: RunRequest, earlier: Record | None) -> Record:
    """Return the record of a run that starts or continues, and clean its folder.

    Files that a killed process left half written are removed; with `if_exists=overwrite` all files are.

    Args:
        request: The run.
        earlier: The record in the run's folder; its seconds are added to.
    """
    overwrite = request.nodes["if_exists"] == "overwrite"
    if overwrite:
        clear_run_folder(request.folder)
    for leftover in [*request.folder.glob(".*.*"), *request.folder.glob("*/.*.*")]:  # as `atomic_path` names them
        if leftover.is_file() and leftover.parent.name != "wandb":
            leftover.unlink()
    return Record(
        id=request.id,
        status="running",
        task=request.choices["task"],
        experiment=request.nodes["name"],
        overrides=list(request.overrides),
        choices=dict(request.choices),
        config={
            "task": request.nodes["task"],
            "name": request.nodes["name"],
            **selection_of(request.nodes, request.arguments),
            **request.arguments,
        },
        data=dict(request.data),
        code=request.code,
        environment=environment_record(),
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        seconds=earlier.seconds if earlier and not overwrite else 0.0,
    )


def clear_run_folder(folder: Path) -> None:
    """Remove everything in a run's folder but its lock; the record first, so that a run never looks done by mistake."""
    (folder / FILE).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.name == lock.FILE:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def artifacts(folder: Path) -> list[str]:
    """Return the files of a run, relative to its folder, sorted; without checkpoints and what W&B keeps there."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and not {"checkpoints", "wandb"} & set(path.relative_to(folder).parts)
        and os.access(path, os.R_OK)
    )
