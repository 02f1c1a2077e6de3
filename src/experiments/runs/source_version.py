"""Versions of the code that results depend on: hito's source, libraries that compute, packages of others.

The version of hito's source is a hash of the definitions in it, not of its files: imports, docstrings, comments, and
where a definition lies do not count. A moved or newly documented function leaves all run ids as they are.
"""

import ast
import functools
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, util
from pathlib import Path
from typing import Any

from components.storage import atomic_path, cache_folder, digest

HITO = ("components", "experiments")
"""hito's own packages."""

DISPLAY_ROOMS = (
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
"""Rooms that launch, record, draw or print what is computed elsewhere. A change in them changes no result."""

PAGE_FILES = (".py", ".jinja", ".css", ".js")
"""Files that shape a table or a page."""

COMPUTE = ("numpy", "opencv-python-headless", "pillow", "scikit-learn", "scipy", "timm", "torch", "torchvision")
"""Libraries whose versions count: another one may decode, shuffle, round or optimise differently."""

PACKAGES = Path(__file__).resolve().parents[2]
"""Folder of hito's packages."""


def code_version(config: Any = None) -> str:
    """Return a hash of the code that a result depends on.

    It covers hito's source without what only shows results (`DISPLAY_ROOMS`), the versions of the libraries that
    compute (`COMPUTE`) and, of each component that `config` names from elsewhere (`_target_`), the source of its top
    package, or the version of the library that it comes from. What such a package imports in turn is not followed.
    """
    elsewhere = sorted({target.split(".")[0] for target in _targets(config)} - {*HITO})
    return digest(_computing_source(), *_library_versions(), *map(_package_version, elsewhere))[:12]


@functools.cache
def page_version() -> str:
    """Return a hash of everything that shapes tables and pages: all of hito's source, templates, styles, scripts."""
    files = sorted(path for name in HITO for path in (PACKAGES / name).rglob("*") if path.suffix in PAGE_FILES)
    return digest(*(path.read_bytes() for path in files))


def definitions(source: str) -> list[str]:
    """Return the text of each top-level statement of a module, without imports, docstrings and comment lines."""
    lines = source.splitlines()
    tree = ast.parse(source)
    skipped: set[int] = set()
    strings: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            skipped.update(range(node.lineno, _end(node) + 1))
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            strings.update(range(node.lineno + 1, _end(node) + 1))
        for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                skipped.update(range(statement.lineno, _end(statement) + 1))
    found = []
    for statement in tree.body:
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
        kept = [
            lines[number - 1].rstrip()
            for number in range(first, _end(statement) + 1)
            if number not in skipped
            and lines[number - 1].strip()
            and (number in strings or not lines[number - 1].lstrip().startswith("#"))
        ]
        if kept:
            found.append("\n".join(kept))
    return found


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno


def _targets(value: Any) -> Iterator[str]:
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
    """Hash of the definitions outside `DISPLAY_ROOMS`; parsed once and kept in the cache until a file changes."""
    shows = tuple(PACKAGES / room for room in DISPLAY_ROOMS)
    files = sorted(
        path
        for name in HITO
        for path in (PACKAGES / name).rglob("*.py")
        if not any(path.is_relative_to(room) for room in shows)
    )
    return _hash_of_definitions(files)


def _hash_of_definitions(files: Iterable[Path]) -> str:
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
    """Without local tags: builds for other accelerators (`+cpu`, `+cu130`) are one version."""
    return tuple(f"{name} {metadata.version(name).partition('+')[0]}" for name in COMPUTE)


@functools.cache
def _package_version(package: str) -> str:
    """Of a top-level package: its library's version where it is installed, else a hash of its source."""
    found = util.find_spec(package)
    origin = Path(found.origin) if found and found.origin else None
    folders = [Path(one) for one in (found.submodule_search_locations or ())] if found else []
    where = folders[0] if folders else origin
    if where is None:
        return package
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    if any(where.is_relative_to(one) for one in installed):
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
