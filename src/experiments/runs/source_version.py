"""Versions of the code that results depend on: hito's source, numerical libraries, and packages of other authors.

The version of hito's source is a hash of its definitions (`experiments.runs.definitions`), not of its files. Moving or
documenting a function leaves all run ids as they are.
"""

import functools
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, util
from pathlib import Path
from typing import Any

from components.storage import atomic_path, cache_folder, digest
from experiments.runs.definitions import definitions

HITO = ("components", "experiments")
"""hito's own packages."""

DISPLAY_ROOMS = (
    "components/explanations",
    "components/figures",
    "components/trackers",
    "components/wording.py",
    "experiments/cli",
    "experiments/config",
    "experiments/console",
    "experiments/report",
    "experiments/runs",
    "experiments/serve",
    "experiments/summary",
    "experiments/sweeps",
)
"""Packages that launch, record, draw or print what is computed elsewhere: a change in them changes no result."""

PAGE_FILES = (".py", ".jinja", ".css", ".js")
"""Suffixes of files that shape a table or a page."""

COMPUTE = ("numpy", "opencv-python-headless", "pillow", "scikit-learn", "scipy", "timm", "torch", "torchvision")
"""Libraries whose versions count: another version may decode, shuffle, round or optimise differently."""

PACKAGES = Path(__file__).resolve().parents[2]
"""Folder of hito's packages."""


def code_version(config: Any = None) -> str:
    """Return a hash of the code that a result depends on.

    It covers the definitions in hito's source outside `DISPLAY_ROOMS`, the versions of the libraries in `COMPUTE`, and
    the packages of other authors whose components `config` names: their source, or their version if they are installed.
    Packages that these import in turn are not covered.

    Args:
        config: The configuration, or any part of it; components are named by `_target_`.
    """
    packages = sorted({target.split(".")[0] for target in _targets(config)} - {*HITO})
    return digest(_computing_source(), *_library_versions(), *map(_package_version, packages))[:12]


@functools.cache
def page_version() -> str:
    """Return a hash of everything that shapes tables and pages: all of hito's source, templates, styles, scripts."""
    files = sorted(path for name in HITO for path in (PACKAGES / name).rglob("*") if path.suffix in PAGE_FILES)
    return digest(*(path.read_bytes() for path in files))


def _targets(value: Any) -> Iterator[str]:
    """Yield the dotted names of the components that a configuration names."""
    if isinstance(value, Mapping):
        if "_target_" in value:
            yield str(value["_target_"])
        for item in value.values():
            yield from _targets(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _targets(item)


@functools.cache
def _computing_source() -> str:
    """Return the hash of the definitions outside `DISPLAY_ROOMS`."""
    display = tuple(PACKAGES / room for room in DISPLAY_ROOMS)
    files = sorted(
        path
        for name in HITO
        for path in (PACKAGES / name).rglob("*.py")
        if not any(path.is_relative_to(room) for room in display)
    )
    return _hash_of_definitions(files)


def _hash_of_definitions(files: Iterable[Path]) -> str:
    """Return the hash of the definitions in some files; it is kept in the cache until one of them changes."""
    stamps = [(str(path), path.stat()) for path in files]
    key = digest(*(f"{name} {status.st_mtime_ns} {status.st_size}" for name, status in stamps))
    kept = cache_folder("source") / key
    if not kept.is_file():
        texts = (text for name, _ in stamps for text in definitions(Path(name).read_text(encoding="utf-8")))
        with atomic_path(kept) as path:
            path.write_text(digest(*sorted(texts)), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


@functools.cache
def _library_versions() -> tuple[str, ...]:
    """Return the versions in `COMPUTE`, without local tags: builds for other accelerators (`+cpu`) are one version."""
    return tuple(f"{name} {metadata.version(name).partition('+')[0]}" for name in COMPUTE)


@functools.cache
def _package_version(package: str) -> str:
    """Return the version of a top-level package if it is installed, otherwise a hash of its source."""
    found = util.find_spec(package)
    origin = Path(found.origin) if found and found.origin else None
    folders = [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []
    where = folders[0] if folders else origin
    if where is None:
        return package
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    if any(where.is_relative_to(folder) for folder in installed):
        names = [package] if _is_distribution(package) else metadata.packages_distributions().get(package, [])
        return " ".join([package, *(metadata.version(name).partition("+")[0] for name in sorted(set(names)))])
    files = [path for folder in folders for path in folder.rglob("*.py")] or ([origin] if origin else [])
    parent = where if folders else where.parent
    parts = ((path.relative_to(parent).as_posix(), path.read_bytes()) for path in sorted(files))
    return f"{package} {digest(*(part for pair in parts for part in pair))}"


def _is_distribution(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
