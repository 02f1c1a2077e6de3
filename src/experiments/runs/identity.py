"""What a run is: the hash that says whether the same work was done before."""

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
"""Hex digits of a run's id: 40 bits; among 10,000 runs two share one with a chance of 1 in 20,000."""

DATA_ARGUMENTS = ("data", "existing")
"""Arguments that are photos: they count by their fingerprint, not by where they lie."""

RESULT_FREE = frozenset({"workers", "checkpoint_seconds", "usd_per_photo", "usd_per_1000_characters", "price_date"})
"""Arguments that cannot change a result: how many threads or processes work, how often is saved, what calls cost.

They mean this in hito's own components, and only there. An argument of such a name of a component of someone else's,
or a key of such a name in a plain mapping, may mean anything and counts.
"""


def run_id(task: str, arguments: Mapping[str, Any], fingerprint: str) -> str:
    """Return the id of the run of a task with these resolved arguments on these photos, by the current code.

    Args:
        task: Dotted name of the task.
        arguments: Its arguments, resolved; those that are photos do not count themselves (`DATA_ARGUMENTS`).
        fingerprint: Of the photos (`Manifest.fingerprint`).
    """
    determining = determining_part(task, arguments)
    content = json.dumps(_without_module(determining), sort_keys=True, ensure_ascii=True, default=str)
    return digest(content, fingerprint, code_version(determining))[:LENGTH]


def determining_part(task: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a task's arguments can change its result, in one spelling each.

    Keys of `RESULT_FREE` are left out; a device, the run's or that of a component of hito's, is its kind; a number is
    the same as integer and as float; a file is its content, wherever it lies, and so is a folder of model files
    (`components.hub.MODEL_SUFFIXES`).
    """
    own = {name: value for name, value in arguments.items() if name not in DATA_ARGUMENTS}
    found: dict[str, Any] = _in_one_spelling(without_result_free({"_target_": task} | own))
    if "device" in own:
        found["device"] = device_kind(str(own["device"]))
    return found


def without_result_free(value: Any) -> Any:
    """Return the configuration without the arguments of hito's components that cannot change a result."""
    if isinstance(value, Mapping):
        free = RESULT_FREE if _is_own(value) else frozenset()
        return {str(key): without_result_free(item) for key, item in value.items() if key not in free}
    if isinstance(value, list | tuple):
        return [without_result_free(item) for item in value]
    return value


def _is_own(node: Mapping[str, Any]) -> bool:
    """Whether the node names a component of hito's."""
    return str(node.get("_target_", "")).split(".")[0] in HITO


def _without_module(value: Any) -> Any:
    """Name hito's own components without the module that they are defined in, so that moving one changes no id."""
    if isinstance(value, Mapping):
        found = {key: _without_module(item) for key, item in value.items()}
        return found | {"_target_": value["_target_"].rpartition(".")[2]} if _is_own(value) else found
    return [_without_module(item) for item in value] if isinstance(value, list) else value


def _in_one_spelling(value: Any) -> Any:
    if isinstance(value, Mapping):
        found = {key: _in_one_spelling(item) for key, item in value.items()}
        if isinstance(value.get("device"), str) and _is_own(value):
            found["device"] = device_kind(value["device"])
        return found
    if isinstance(value, list):
        return [_in_one_spelling(item) for item in value]
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
    """Return the kind of device that `device` means on this machine: cpu, cuda, mps.

    "auto" is what the run will use (`components.training.pick_device`). Torch, which takes seconds to import, is asked
    only where there is a driver of a GPU; without one the answer is cpu.
    """
    if device != "auto":
        return device.partition(":")[0]
    drivers = (Path("/proc/driver/nvidia/version"), Path("/dev/kfd"))
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    if not apple and not any(driver.exists() for driver in drivers):
        return "cpu"
    from components.training import pick_device

    return pick_device("auto").type
