"""What a run is: the hash that says whether the same work was done before."""

import functools
import hashlib
import json
import os
import platform
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from components.storage import digest

LENGTH = 10
"""Hex digits of a run's id: 40 bits; among 10,000 runs two share one with a chance of 1 in 20,000."""

HITO = ("components", "experiments")
"""hito's own packages."""

RESULT_FREE = frozenset({"workers", "checkpoint_seconds", "usd_a_photo", "usd_a_thousand_characters", "prices_of"})
"""Arguments that cannot change a result: how many threads or processes work, how often is saved, what calls cost.

They mean this in hito's own components, and only there. An argument of such a name of a component of someone else's,
or a key of such a name in a plain mapping, may mean anything and counts.
"""

MODEL_FILES = (".safetensors", ".bin", ".pt", ".json", ".model", ".txt")
"""What a folder given as an argument counts by: weights, configuration and tokenizer of a model, not a run's record."""

SHOWS_ONLY = (
    "components/figures",
    "components/trackers",
    "experiments/report",
    "experiments/__main__.py",
    "experiments/claim.py",
    "experiments/command_line.py",
    "experiments/compare.py",
    "experiments/composition.py",
    "experiments/conclusion.py",
    "experiments/configuration_difference.py",
    "experiments/means.py",
    "experiments/metrics_table.py",
    "experiments/misspelling.py",
    "experiments/plan.py",
    "experiments/registry.py",
    "experiments/pool",
    "experiments/runs_command.py",
    "experiments/runs_compared.py",
    "experiments/runs_view.py",
    "experiments/screen.py",
    "experiments/stored_runs.py",
    "experiments/summary.py",
    "experiments/summary_table.py",
    "experiments/sweep.py",
    "experiments/sweep_verdicts.py",
    "experiments/command_words.py",
    "experiments/dashboard_command.py",
    "experiments/sync_command.py",
    "experiments/tracked_sweep.py",
    "experiments/tuning",
    "experiments/wandb_sweep_command.py",
    "experiments/verdict_words.py",
)
"""Folders and files of hito's source that launch, draw, print or pass on what is computed elsewhere."""

COMPUTE = ("numpy", "opencv-python-headless", "pillow", "scikit-learn", "scipy", "timm", "torch", "torchvision")
"""Libraries whose version counts: another one may decode, shuffle, round or optimise otherwise."""

LIBRARIES = ("hydra-core", "omegaconf", *COMPUTE)
"""Libraries whose version the record names."""


def run_id(task: str, arguments: Mapping[str, Any], fingerprint: str) -> str:
    """Id of the run of a task with these resolved arguments on the data of this fingerprint, by the code there is.

    Args:
        task: Dotted name of the task.
        arguments: Its arguments, resolved; `data` is what the fingerprint is of and does not count itself.
        fingerprint: Of the data (`Manifest.fingerprint`).
    """
    determining = determining_part(task, arguments)
    content = json.dumps(determining, sort_keys=True, ensure_ascii=True, default=str)
    return digest(content, fingerprint, code_version(determining))[:LENGTH]


def determining_part(task: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What of a task's arguments can change its result, in one spelling each.

    Keys of `RESULT_FREE` are left out; a device, the run's or that of a component of hito's, is its kind; a number is
    the same as integer and as float; a file is its content, wherever it lies, and so is a folder of model files
    (`MODEL_FILES`).
    """
    own = {name: value for name, value in arguments.items() if name != "data"}
    found: dict[str, Any] = _in_one_spelling(without_result_free({"_target_": task} | own))
    if "device" in own:
        found["device"] = device_kind(str(own["device"]))
    return found


def without_result_free(value: Any) -> Any:
    """The configuration without the arguments of hito's components that cannot change a result, at any depth."""
    if isinstance(value, Mapping):
        free = RESULT_FREE if str(value.get("_target_", "")).split(".")[0] in HITO else frozenset()
        return {str(key): without_result_free(one) for key, one in value.items() if key not in free}
    if isinstance(value, list | tuple):
        return [without_result_free(one) for one in value]
    return value


def _in_one_spelling(value: Any) -> Any:
    if isinstance(value, Mapping):
        found = {key: _in_one_spelling(one) for key, one in value.items()}
        if isinstance(value.get("device"), str) and str(value.get("_target_", "")).split(".")[0] in HITO:
            found["device"] = device_kind(value["device"])
        return found
    if isinstance(value, list):
        return [_in_one_spelling(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and ("/" in value or os.sep in value):
        path = Path(value).expanduser()
        if path.is_file():
            return f"file {_content_of(path)}"
        if path.is_dir() and (files := [one for one in sorted(path.iterdir()) if _is_model_file(one)]):
            return f"folder {digest(*(part for one in files for part in (one.name, _content_of(one))))}"
    return value


def _is_model_file(path: Path) -> bool:
    return path.suffix in MODEL_FILES and path.name != "record.json" and path.is_file()


def _content_of(file: Path) -> str:
    status = file.stat()
    return _content(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _content(file: Path, changed: int, size: int) -> str:  # noqa: ARG001 (they say when to read it anew)
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_version(config: Any = None) -> str:
    """Hash of the code that a result hangs on: a changed line is another version.

    It covers hito's source without what only shows results (`SHOWS_ONLY`), the versions of the libraries that compute
    (`COMPUTE`) and, of each component that `config` names from elsewhere (`_target_`), the source of its top package,
    or the version of the library that it comes from. What such a package imports in turn is not followed.
    """
    elsewhere = sorted({target.split(".")[0] for target in _targets(config)} - {*HITO})
    return digest(_hito_source(), *_library_versions(), *map(_package_version, elsewhere))[:12]


def _targets(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "_target_" in value:
            yield str(value["_target_"])
        for one in value.values():
            yield from _targets(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _targets(one)


@functools.cache
def _hito_source() -> str:
    packages = Path(__file__).resolve().parents[2]
    files = (path for name in HITO for path in (packages / name).rglob("*.py"))
    shows = tuple(packages / one for one in SHOWS_ONLY)
    return _source(packages, [path for path in files if not any(path.is_relative_to(one) for one in shows)])


@functools.cache
def whole_source() -> str:
    """Hash of all of hito's source, what only shows results included."""
    packages = Path(__file__).resolve().parents[2]
    return _source(packages, [path for name in HITO for path in (packages / name).rglob("*.py")])


def _source(folder: Path, files: list[Path]) -> str:
    parts = ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(files))
    return digest(*(part for pair in parts for part in pair))


@functools.cache
def _library_versions() -> tuple[str, ...]:
    """Without local tags: builds for other accelerators (`+cpu`, `+cu130`) are one version."""
    return tuple(f"{name} {metadata.version(name).partition('+')[0]}" for name in COMPUTE)


@functools.cache
def _package_version(package: str) -> str:
    """Of a top-level package: its library's version where it is installed, else a hash of its source."""
    found = util.find_spec(package)
    origin = Path(found.origin) if found and found.origin else None
    places = [Path(one) for one in (found.submodule_search_locations or ())] if found else []
    where = places[0] if places else origin
    if where is None:
        return package
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    if any(where.is_relative_to(one) for one in installed):
        names = [package] if _is_distribution(package) else metadata.packages_distributions().get(package, [])
        return " ".join([package, *(metadata.version(name).partition("+")[0] for name in sorted(set(names)))])
    files = [path for place in places for path in place.rglob("*.py")] or ([origin] if origin else [])
    return f"{package} {_source(where if places else where.parent, files)}"


def _is_distribution(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


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
    here = Path(__file__).resolve().parents[3]
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
