"""The id of a run: a hash of everything that can change its result, by which a finished run is found again."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from components.hub import MODEL_SUFFIXES
from components.storage import digest
from experiments.runs.source_version import HITO, code_version

LENGTH = 10
"""Hex digits of a run's id: 40 bits; the chance that two of 10,000 runs have the same id is 1 in 20,000."""

DATA_ARGUMENTS = ("data", "existing")
"""Arguments that are photos: their content counts (`Manifest.fingerprint`), not where they are."""

RESULT_FREE = frozenset({"workers", "checkpoint_seconds", "usd_per_photo", "usd_per_1000_characters", "price_date"})
"""Arguments that cannot change a result: number of threads or processes, time between checkpoints, prices of calls.

Only arguments of hito's own components are left out. An argument of this name of another component, or a key of this
name in a plain mapping, may mean anything, and counts.
"""


PHOTO_SIDE = "image_size"
"""Argument of a backbone that the default of `pixels.size` is taken from.

It is left out of the identity: tasks and embedders create a backbone for the size of their photos, whatever this says.
The backbones within a backbone (backbone=side_by_side) keep theirs, which count.
"""


def run_id(task: str, arguments: Mapping[str, Any], fingerprint: str) -> str:
    """Return the id of the run of a task with these arguments on these photos, with the current code.

    Args:
        task: Dotted name of the task.
        arguments: Resolved arguments of the task; those of `DATA_ARGUMENTS` are ignored.
        fingerprint: Fingerprint of the photos.
    """
    determining = determining_part(task, arguments)
    content = json.dumps(_without_module(determining), sort_keys=True, ensure_ascii=True, default=str)
    return digest(content, fingerprint, code_version(determining))[:LENGTH]


def determining_part(task: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a task that can change its result, each normalised to one spelling.

    Arguments of `RESULT_FREE` and `PHOTO_SIDE` are left out. A device, of the run or of one of hito's components,
    becomes its kind. A float without fraction becomes an integer. A file becomes its content, wherever it is, and so
    does a folder of model files (`components.hub.MODEL_SUFFIXES`).

    Args:
        task: Dotted name of the task.
        arguments: Resolved arguments of the task.
    """
    own = {name: value for name, value in arguments.items() if name not in DATA_ARGUMENTS}
    found: dict[str, Any] = _normalised(without_result_free({"_target_": task} | own))
    if "device" in own:
        found["device"] = device_kind(str(own["device"]))
    return found


def without_result_free(value: Any, *, inside: bool = False) -> Any:
    """Return a configuration without the arguments of hito's components that cannot change a result.

    Args:
        value: The configuration, or a part of it.
        inside: Whether it is an argument of a component that the task itself creates (`_partial_`).
    """
    if isinstance(value, Mapping):
        is_created_later = _is_own(value) and bool(value.get("_partial_"))
        left_out = RESULT_FREE if _is_own(value) else frozenset()
        left_out |= {PHOTO_SIDE} if is_created_later and not inside else frozenset()
        below = inside or is_created_later
        return {str(key): without_result_free(item, inside=below) for key, item in value.items() if key not in left_out}
    if isinstance(value, list | tuple):
        return [without_result_free(item, inside=inside) for item in value]
    return value


def _is_own(node: Mapping[str, Any]) -> bool:
    """Return whether a node names one of hito's components."""
    return str(node.get("_target_", "")).split(".")[0] in HITO


def _without_module(value: Any) -> Any:
    """Return a configuration in which hito's components are named without their module: moving one changes no id."""
    if isinstance(value, Mapping):
        found = {key: _without_module(item) for key, item in value.items()}
        return found | {"_target_": value["_target_"].rpartition(".")[2]} if _is_own(value) else found
    return [_without_module(item) for item in value] if isinstance(value, list) else value


def _normalised(value: Any) -> Any:
    """Return a configuration with one spelling per meaning: see `determining_part`."""
    if isinstance(value, Mapping):
        found = {key: _normalised(item) for key, item in value.items()}
        if isinstance(value.get("device"), str) and _is_own(value):
            found["device"] = device_kind(value["device"])
        return found
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and ("/" in value or os.sep in value):
        path = Path(value).expanduser()
        if path.is_file():
            return f"file {_content_of(path)}"
        if path.is_dir() and (files := [file for file in sorted(path.iterdir()) if _is_model_file(file)]):
            return f"folder {digest(*(part for file in files for part in (file.name, _content_of(file))))}"
    return value


def _is_model_file(path: Path) -> bool:
    return path.suffix in MODEL_SUFFIXES and path.name != "record.json" and path.is_file()


def _content_of(file: Path) -> str:
    status = file.stat()
    return _content(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _content(file: Path, changed: int, size: int) -> str:  # noqa: ARG001 (a changed file is read again)
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=16)
def device_kind(device: str) -> str:
    """Return the kind of a device on this machine: cpu, cuda, mps.

    "auto" is the device that the run will use (`components.training.pick_device`). Torch, whose import takes seconds,
    is imported only if there is a driver of a GPU; otherwise the kind is cpu.

    Args:
        device: As in the configuration: auto, cpu, cuda, cuda:1, mps.
    """
    if device != "auto":
        return device.partition(":")[0]
    drivers = (Path("/proc/driver/nvidia/version"), Path("/dev/kfd"))
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    if not apple and not any(driver.exists() for driver in drivers):
        return "cpu"
    from components.training import pick_device

    return pick_device("auto").type
