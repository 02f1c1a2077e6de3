"""One job: find out which run it is, and do it unless it is done."""

import logging
import shutil
import time
import traceback
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from components.storage import atomic_path
from experiments.config import choices_of, import_target, instantiate, resolved
from experiments.console import terminal
from experiments.runs import lock
from experiments.runs.environment import environment_record
from experiments.runs.record import FILE, Record
from experiments.runs.request import RunRequest
from experiments.runs.run import OnEpoch, PrunedError, Run, artifacts, ignore_epoch

log = logging.getLogger(__name__)


NAMED_BY = {
    "search": ("embedder", "search", "query"),
    "assign": ("embedder", "assignment"),
    "cluster": ("embedder", "clusterer"),
    "locate": ("location/spacing",),
    "review": ("embedder", "faults"),
    "match": ("embedder", "matching"),
    "open_set": ("backbone", "augmentation", "head", "detector"),
    "zero_shot": ("embedder", "prompt"),
}
"""Groups whose options name the runs of a task that has neither backbone nor head."""

TRACKED = ("record.json", "config.yaml", "class_report.csv")
"""Files of a run that its tracker keeps with it."""


class RunFailedError(HitoError):
    """A run that ended in an error; its record says which."""


def execute(config: DictConfig) -> str:
    """Do the run that `config` describes, or find it done; return its folder.

    A run that another process is at is waited for when it was asked for alone; in a sweep it is passed over, and so is
    a failure, which leaves its record: the others go on.

    Raises RunFailedError outside sweeps, and HitoError when the run cannot even be identified (no data, no such key).
    """
    terminal.set_up()
    hydra_config = HydraConfig.get()
    job = RunRequest.of(resolved(config), choices_of(hydra_config.runtime.choices), list(hydra_config.overrides.task))
    alone = hydra_config.mode == RunMode.RUN
    if alone and (other := lock.holder(job.folder)):
        terminal.waits_for(job.id, other)
    with lock.hold(job.folder, wait=alone) as ours:
        if not ours:
            return str(job.folder)
        earlier = job.earlier()
        if not job.wanted(earlier, alone=alone):
            assert earlier is not None
            terminal.done_already(earlier, job.folder)
            return str(job.folder)
        record = begin(job, earlier)
        trial: str | None = getattr(hydra_config.sweeper, "trial", None)
        with terminal.run_log(job.folder), watching(trial, job) as on_epoch:
            perform(record, job, on_epoch)
    if alone and record.status == "failed":
        raise RunFailedError(f"The record of the run: {job.folder}")
    return str(job.folder)


def begin(job: RunRequest, earlier: Record | None) -> Record:
    """The record of a run that begins, or goes on; what an earlier sitting left half written is removed."""
    if job.nodes["if_exists"] == "overwrite":
        forget(job.folder)
    for leftover in [*job.folder.glob(".*.*"), *job.folder.glob("*/.*.*")]:  # as `atomic_path` names them
        if leftover.is_file() and leftover.parent.name != "wandb":
            leftover.unlink()
    return Record(
        id=job.id,
        status="running",
        task=job.choices["task"],
        experiment=job.nodes["name"],
        overrides=list(job.overrides),
        choices=dict(job.choices),
        config={"task": job.nodes["task"], "name": job.nodes["name"], **job.arguments},
        data=dict(job.data),
        code=job.code,
        environment=environment_record(),
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        seconds=earlier.seconds if earlier and job.nodes["if_exists"] != "overwrite" else 0.0,
    )


def watching(trial: str | None, job: RunRequest) -> AbstractContextManager[OnEpoch]:
    """Who is told the epochs of a run: the search that it is a trial of, or nobody."""
    if trial is None:
        return nullcontext(ignore_epoch)
    from experiments.sweeps.tuning import reporting

    return reporting(trial, job.nodes["sweeper"], job.folder.parent)


def perform(record: Record, job: RunRequest, on_epoch: OnEpoch = ignore_epoch) -> None:
    """Call the task and keep what comes of it in the record: figures, or the error."""
    folder = job.folder
    terminal.begins(record)
    record.write(folder)
    with atomic_path(folder / "config.yaml") as path:
        path.write_text(OmegaConf.to_yaml(OmegaConf.create(record.config)), encoding="utf-8")
    began, before = time.monotonic(), record.seconds
    tracker = instantiate(job.nodes["tracker"], "tracker")
    subtitle = f"{label_of(record.choices)} · {job.photos.origin or record.choices['data']}"
    outcome = None
    try:
        tracker.start(
            name=label_of(record.choices),
            group=record.experiment,
            job_type=record.task,
            run_id=record.id,
            config=record.config,
            tags=sorted({record.choices["data"], record.choices["task"]}),
            folder=folder,
        )
        task = import_target(job.task)
        built = {
            name: job.photos if name == "data" else instantiate(value, name) for name, value in job.arguments.items()
        }
        run = Run(
            folder, tracker, subtitle, Path(job.nodes["output"]), job.arguments, str(job.data["fingerprint"]), on_epoch
        )
        outcome = task(run=run, **built)
        record.metrics = {name: estimate.to_dict() for name, estimate in outcome.metrics.items()}
        record.protocol, record.notes = outcome.protocol, list(outcome.notes)
        record.data["left_out"] = dict(outcome.left_out)
        record.status = "done"
    except PrunedError as stop:
        record.status, record.notes = "pruned", [str(stop)]
    except Exception as error:
        record.status = "failed"
        record.error = str(error)
        if not isinstance(error, HitoError):
            record.error = (
                f"{type(error).__name__}: {error} (a defect of hito or of a component; traceback in {folder}/log)"
            )
            log.debug("%s", traceback.format_exc())
    finally:
        record.seconds = round(before + time.monotonic() - began, 3)
        record.artifacts = artifacts(folder)
        record.write(folder)
    tracker.finish(
        metrics=record.metrics,
        figures={path.stem: path for path in sorted((folder / "figures").glob("*.png"))},
        predictions=outcome.predictions if outcome else None,
        artifacts={name: folder / name for name in TRACKED if (folder / name).is_file()},
        status=record.status,
    )
    terminal.ends(record, folder, outcome)


def label_of(choices: Mapping[str, str]) -> str:
    """Name of a run by its components: "cnn · thesis"."""
    groups = NAMED_BY.get(choices.get("task", ""), ("backbone", "augmentation", "head"))
    parts = [choices.get(group, "") for group in groups]
    return " · ".join(part for part in parts if part not in {"", "none", "closed", "exact"})


def forget(folder: Path) -> None:
    """Remove what a run left, so that it begins afresh; first the record, so that no half of a run looks done."""
    (folder / FILE).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.name == lock.FILE:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
