"""One job: find out which run it is, and do it unless it is done."""

import inspect
import logging
import time
import traceback
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from components.data import Manifest
from components.errors import ConfigError, HitoError
from components.storage import atomic_path
from experiments import screen
from experiments.assembly import build, locate
from experiments.identity import code_version, device_kind, environment, run_id
from experiments.record import Record
from experiments.run import OnEpoch, PrunedError, Run, artifacts, nobody

log = logging.getLogger(__name__)


TRACKED = ("record.json", "config.yaml", "class_report.csv")
"""Files of a run that its tracker keeps with it."""


class RunFailedError(HitoError):
    """A run that ended in an error; its record says which."""


def execute(config: DictConfig) -> str:
    """Do the run that `config` describes, or find it done; return its folder.

    In a sweep a failing run leaves its record and the folder is returned all the same, so that the others go on.
    Raises RunFailedError outside sweeps, and HitoError when the run cannot even be identified (no data, no such key).
    """
    screen.set_up()
    hydra_config = HydraConfig.get()
    resolved = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(resolved, dict)
    nodes: dict[str, Any] = {str(key): value for key, value in resolved.items()}
    choices = {key: str(value) for key, value in hydra_config.runtime.choices.items() if not key.startswith("hydra/")}
    task = locate(nodes["task"]["_target_"])
    used = [name for name in inspect.signature(task).parameters if name != "run"]
    arguments = {name: argument(name, nodes) for name in used}

    manifest = manifest_of(nodes["data"])
    determining = {name: value for name, value in arguments.items() if name != "data"}
    if "device" in determining:
        determining["device"] = device_kind(str(determining["device"]))
    record = Record(
        id=run_id(nodes["task"]["_target_"], determining, manifest.fingerprint()),
        status="running",
        task=choices["task"],
        experiment=nodes["name"],
        overrides=[str(one) for one in hydra_config.overrides.task],
        choices=choices,
        config={"task": nodes["task"], "name": nodes["name"]} | arguments,
        data={"fingerprint": manifest.fingerprint(), "origin": manifest.origin, "photos": len(manifest)},
        code=code_version(),
        environment=environment(),
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    folder = Path(nodes["output"]) / nodes["name"] / record.id
    alone = hydra_config.mode == RunMode.RUN
    earlier = Record.read(folder)
    if earlier and earlier.status == "done" and nodes["runs"] == "resume":
        screen.done_already(earlier, folder)
        return str(folder)
    if earlier and nodes["runs"] == "resume":
        record.seconds = earlier.seconds
    if nodes["runs"] == "fresh":
        forget(folder)
    trial = OmegaConf.select(hydra_config, "sweeper.trial")
    with screen.run_log(folder), watching(trial, nodes, folder.parent) as on_epoch:
        perform(record, folder, task, arguments, manifest, nodes["tracker"], on_epoch)
    if alone and record.status == "failed":
        raise RunFailedError(f"The record of the run: {folder}")
    return str(folder)


def watching(trial: str | None, nodes: Mapping[str, Any], folder: Path) -> AbstractContextManager[OnEpoch]:
    """Who is told the epochs of a run: the search that it is a trial of, or nobody."""
    if trial is None:
        return nullcontext(nobody)
    from experiments.tuning.trial import reporting

    return reporting(trial, nodes["sweeper"], folder)


def perform(
    record: Record,
    folder: Path,
    task: Any,
    arguments: Mapping[str, Any],
    manifest: Manifest,
    tracker_node: Any,
    on_epoch: OnEpoch = nobody,
) -> None:
    """Call the task and keep what comes of it in the record: figures, or the error."""
    screen.begins(record)
    record.write(folder)
    with atomic_path(folder / "config.yaml") as path:
        path.write_text(OmegaConf.to_yaml(OmegaConf.create(record.config)), encoding="utf-8")
    began, before = time.monotonic(), record.seconds
    tracker = build(tracker_node, "tracker")
    subtitle = f"{label_of(record.choices)} · {manifest.origin or record.choices['data']}"
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
        built = {name: manifest if name == "data" else build(value, name) for name, value in arguments.items()}
        outcome = task(run=Run(folder, tracker, subtitle, on_epoch), **built)
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
    screen.ends(record, folder, outcome)


def argument(name: str, nodes: Mapping[str, Any]) -> Any:
    """The resolved node or value that a task's parameter of this name is given."""
    if name not in nodes:
        raise ConfigError(f"The task {nodes['task']['_target_']} takes {name!r}, and the configuration has no such key")
    return nodes[name]


_manifests: dict[str, Manifest] = {}


def manifest_of(node: Mapping[str, Any]) -> Manifest:
    """The manifest of a data configuration, read once a process."""
    key = repr(sorted(node.items(), key=str))
    if key not in _manifests:
        manifest = build(node, "data")
        if not isinstance(manifest, Manifest):
            raise ConfigError(f"data: {node['_target_']} gives {type(manifest).__name__}, not a Manifest")
        _manifests[key] = manifest
    return _manifests[key]


def label_of(choices: Mapping[str, str]) -> str:
    """Name of a run by its components: "cnn · thesis"."""
    parts = [choices.get("backbone", ""), choices.get("augmentation", "none"), choices.get("head", "closed")]
    return " · ".join(part for part in parts if part not in {"", "none", "closed"})


def forget(folder: Path) -> None:
    """Remove what a run left, so that it begins afresh."""
    import shutil

    if folder.exists():
        shutil.rmtree(folder)
