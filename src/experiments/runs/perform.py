"""Call the task of a run, and keep its metrics or its error in the record."""

import logging
import time
import traceback
from pathlib import Path

from omegaconf import OmegaConf

from components.errors import HitoError
from components.storage import atomic_path, place_error
from experiments.config import import_target, instantiate
from experiments.runs.messages import announce_result, announce_run
from experiments.runs.naming import label_of
from experiments.runs.record import Record
from experiments.runs.request import RunRequest
from experiments.runs.run import OnEpoch, Outcome, PrunedError, Run, ignore_epoch
from experiments.runs.run_folder import artifacts

log = logging.getLogger(__name__)

TRACKED = ("record.json", "config.yaml", "class_report.csv")
"""Files of a run that are given to its tracker."""


def perform(record: Record, request: RunRequest, on_epoch: OnEpoch = ignore_epoch) -> None:
    """Instantiate the components of a run and call its task; whatever happens, the record is written.

    Args:
        record: The record of the run, as `start_record` returns it. Its status, metrics, notes, error, seconds and
            artifacts are set here.
        request: The run.
        on_epoch: Called after each epoch; may raise PrunedError to stop the run.
    """
    folder = request.folder
    announce_run(record)
    record.write(folder)
    with atomic_path(folder / "config.yaml") as path:
        path.write_text(OmegaConf.to_yaml(OmegaConf.create(record.config)), encoding="utf-8")
    started, seconds_before = time.monotonic(), record.seconds
    tracker = instantiate(request.nodes["tracker"], "tracker")
    outcome = None
    try:
        tracker.start(
            name=label_of(record),
            group=record.experiment,
            job_type=record.task,
            run_id=record.id,
            config=record.config,
            tags=sorted({record.choices["data"], record.choices["task"]}),
            folder=folder,
        )
        outcome = _call_task(record, request, tracker, on_epoch)
        record.metrics = {name: estimate.to_dict() for name, estimate in outcome.metrics.items()}
        record.protocol, record.notes = outcome.protocol, list(outcome.notes)
        record.data["left_out"] = dict(outcome.left_out)
        record.status = "done"
    except PrunedError as pruned:
        record.status, record.notes = "pruned", [str(pruned)]
    except Exception as error:
        record.status, record.error = "failed", _described(error, folder)
    finally:
        record.seconds = round(seconds_before + time.monotonic() - started, 3)
        record.artifacts = artifacts(folder)
        record.write(folder)
    tracker.finish(
        metrics=record.metrics,
        figures={path.stem: path for path in sorted((folder / "figures").glob("*.png"))},
        predictions=outcome.predictions if outcome else None,
        artifacts={name: folder / name for name in TRACKED if (folder / name).is_file()},
        status=record.status,
    )
    announce_result(record, folder, outcome)


def _call_task(record: Record, request: RunRequest, tracker: object, on_epoch: OnEpoch) -> Outcome:
    """Return what the task returns, called with its instantiated arguments."""
    task = import_target(request.task)
    arguments = {
        name: request.photos if name == "data" else instantiate(value, name)
        for name, value in request.arguments.items()
    }
    run = Run(
        folder=request.folder,
        tracker=tracker,  # type: ignore[arg-type] # whatever the configuration names
        subtitle=f"{label_of(record)} · {request.photos.origin or record.choices['data']}",
        output=Path(request.nodes["output"]),
        arguments=request.arguments,
        fingerprint=str(request.data["fingerprint"]),
        on_epoch=on_epoch,
    )
    outcome: Outcome = task(run=run, **arguments)
    return outcome


def _described(error: Exception, folder: Path) -> str:
    """Return the error in words; the traceback of one that is no HitoError is written to the log of the run."""
    if isinstance(error, OSError):
        error = place_error(error) or error
    if isinstance(error, HitoError):
        return str(error)
    log.debug("%s", traceback.format_exc())
    name = type(error).__name__
    return f"{name}: {error} (a defect of hito or of a component; traceback in {folder}/log)"
