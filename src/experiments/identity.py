"""What a run is: the hash that says whether the same work was done before."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from components.storage import digest

LENGTH = 10
"""Hex digits of a run's id: 40 bits; among 10,000 runs two share one with a chance of 1 in 20,000."""

RESULT_FREE = frozenset({"workers", "checkpoint_seconds", "root"})
"""Keys that cannot change a result: how many processes read, how often is saved, where the data lies."""

SHOWS_ONLY = frozenset(
    {"figures", "trackers", "report", "screen.py", "summary.py", "sweep.py", "registry.py", "misspelling.py"}
    | {"command_line.py", "compare.py", "tuning"}
)
"""Folders and files of the source that draw, print or pass on what was computed."""

LIBRARIES = ("hydra-core", "numpy", "omegaconf", "pillow", "scikit-learn", "timm", "torch", "torchvision")


def run_id(task: str, config: Mapping[str, Any], fingerprint: str) -> str:
    """Id of the run of a task with these resolved arguments on the data of this fingerprint, by this code."""
    content = json.dumps({"task": task, "config": without_result_free(config)}, sort_keys=True, ensure_ascii=True)
    return digest(content, fingerprint, code_version())[:LENGTH]


def without_result_free(value: Any) -> Any:
    """The configuration without the keys that cannot change a result, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): without_result_free(one) for key, one in value.items() if key not in RESULT_FREE}
    if isinstance(value, list | tuple):
        return [without_result_free(one) for one in value]
    return value


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash of hito's source without what only shows results (`SHOWS_ONLY`): a changed line is another version."""
    packages = Path(__file__).resolve().parents[1]
    files = sorted(
        path
        for name in ("components", "experiments")
        for path in (packages / name).rglob("*.py")
        if not SHOWS_ONLY & {*path.relative_to(packages).parts}
    )
    return digest(*(part for path in files for part in (str(path.relative_to(packages)), path.read_bytes())))[:12]


def device_kind(device: str) -> str:
    """The kind of device that `device` means on this machine (cpu, cuda, mps), without importing torch."""
    if device != "auto":
        return device.partition(":")[0]
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") not in {"", "-1"} and Path("/proc/driver/nvidia/version").exists():
        return "cuda"
    return "mps" if platform.system() == "Darwin" and platform.machine() == "arm64" else "cpu"


@lru_cache(maxsize=1)
def environment() -> dict[str, Any]:
    """Versions, processor and commit, for the record."""
    here = Path(__file__).resolve().parents[2]
    commit = subprocess.run(  # noqa: S603
        ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    versions = {name: metadata.version(name) for name in LIBRARIES}
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "commit": commit.stdout.strip() if commit.returncode == 0 else "",
        **versions,
    }


def processor() -> str:
    """Name of the processor, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
