"""The run that a configuration asks for: its task, arguments, photos, id and folder."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.errors import ConfigError
from components.storage import digest
from components.wording import counted, did_you_mean, shortened
from experiments.config import instantiate, module_constant, parameter_names
from experiments.runs.identity import DATA_ARGUMENTS, determining_part, run_id
from experiments.runs.record import Record
from experiments.runs.source_version import code_version
from experiments.runs.store import find_run

if TYPE_CHECKING:
    from components.data import Manifest

log = logging.getLogger(__name__)

MAX_LISTED = 5
"""Largest number of skipped files that are logged; all are in the record."""

IF_EXISTS = ("resume", "retry", "overwrite")
"""Values of `if_exists`."""

SELECTION = ("filters", "classes", "rename_classes", "min_photos", "max_photos")
"""Keys of every task that select the photos of `data` (`components.data.select`)."""

REPORTS_SOURCE = "REPORTS_SOURCE"
"""Constant of a task's module: true if what the source skipped and how it was read is part of the task's result."""

RUN_REFERENCES = ("classifier", "matcher", "calibration", "index")
"""Arguments that name another run: by its id, the beginning of its id, or its folder."""


@dataclass(frozen=True)
class RunRequest:
    """A run that is to be performed, or found done.

    Attributes:
        id: Id of the run (`experiments.runs.identity`).
        folder: Folder of the run.
        task: Dotted name of the task.
        arguments: Resolved arguments of the task, by parameter, without `run`.
        nodes: The whole resolved configuration.
        choices: The option taken of each configuration group.
        overrides: Overrides of the command line and of the sweep.
        photos: The photos.
        data: Fingerprint, origin and number of the photos, for the record.
    """

    id: str
    folder: Path
    task: str
    arguments: Mapping[str, Any]
    nodes: Mapping[str, Any]
    choices: Mapping[str, str]
    overrides: tuple[str, ...]
    photos: Manifest
    data: Mapping[str, Any]

    @classmethod
    def of(cls, nodes: Mapping[str, Any], choices: Mapping[str, str], overrides: Sequence[str]) -> RunRequest:
        """Return the run that a resolved configuration asks for; the photos are read, no other component is created.

        Args:
            nodes: The resolved configuration.
            choices: The option taken of each configuration group.
            overrides: Overrides of the command line and of the sweep.

        Raises:
            HitoError: The run cannot be identified: the photos cannot be read, or a key is missing.
        """
        task = str(nodes["task"]["_target_"])
        arguments = {name: _argument(name, nodes) for name in parameter_names(task) if name != "run"}
        photos, fingerprint = selected_photos(nodes, selection_of(nodes, arguments))
        further = [photos_of(arguments[name])[1] for name in DATA_ARGUMENTS if name != "data" and arguments.get(name)]
        output = Path(nodes["output"])
        determining = arguments | _ids_of_runs(arguments, output)
        if module_constant(task, REPORTS_SOURCE):
            further += [*photos.notes, *(f"{path}: {reason}" for path, reason in sorted(photos.left_out.items()))]
        identity = run_id(task, determining, digest(fingerprint, *further) if further else fingerprint)
        return cls(
            id=identity,
            folder=output / nodes["name"] / identity,
            task=task,
            arguments=arguments,
            nodes=nodes,
            choices=dict(choices),
            overrides=tuple(overrides),
            photos=photos,
            data={
                "fingerprint": fingerprint,
                "origin": photos.origin,
                "photos": len(photos),
                "notes": list(photos.notes),
            },
        )

    @property
    def code(self) -> str:
        """Version of the code that the result depends on."""
        return code_version(determining_part(self.task, self.arguments))

    def earlier(self) -> Record | None:
        """Return the record in the run's folder, or None if the run was never started."""
        return Record.read(self.folder)

    def wanted(self, earlier: Record | None, *, single: bool = False) -> bool:
        """Return whether the run has to be performed, given `if_exists` of the configuration.

        With `resume`, runs that were never started, were killed, or were pruned are performed; with `retry`, failed
        ones as well; with `overwrite`, all.

        Args:
            earlier: The record in the run's folder, if any.
            single: Whether the run was started on its own, not by a sweep; a failed run is then always performed.

        Raises:
            ConfigError: `if_exists` has another value.
        """
        if_exists = str(self.nodes["if_exists"])
        if if_exists not in IF_EXISTS:
            hint = did_you_mean(if_exists, IF_EXISTS)
            raise ConfigError(f"if_exists={if_exists}: expected one of {', '.join(IF_EXISTS)}.{hint}")
        if earlier is None or if_exists == "overwrite":
            return True
        again = if_exists == "retry" or single
        return earlier.status in {"running", "pruned"} or (earlier.status == "failed" and again)


def _ids_of_runs(arguments: Mapping[str, Any], output: Path) -> dict[str, str]:
    """Return the full ids of the runs that arguments name, however they name them."""
    names = {name: str(arguments[name]) for name in RUN_REFERENCES if arguments.get(name)}
    return {name: find_run(run, output)[1].id for name, run in names.items()}


def _argument(name: str, nodes: Mapping[str, Any]) -> Any:
    """Return the resolved node or value for the parameter `name` of the task."""
    if name not in nodes:
        raise ConfigError(
            f"The task {nodes['task']['_target_']} has a parameter {name!r}, and the configuration has no such key: "
            f"add +{name}=VALUE, or the key to the option file of the task"
        )
    return nodes[name]


_manifests: dict[str, tuple[Manifest, str]] = {}


def selection_of(nodes: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a configuration that select photos and are set.

    Args:
        nodes: The resolved configuration.
        arguments: Arguments of the task; what it takes itself (`filters` of a search) is left to it.
    """
    return {name: nodes[name] for name in SELECTION if nodes.get(name) is not None and name not in arguments}


def selected_photos(nodes: Mapping[str, Any], selection: Mapping[str, Any]) -> tuple[Manifest, str]:
    """Return the photos of a configuration that are used, and their fingerprint; both are kept per process.

    Args:
        nodes: The resolved configuration.
        selection: Arguments of `components.data.select`; empty: all photos.

    Raises:
        ConfigError: The component is no source of photos, or the selection is invalid.
    """
    manifest, fingerprint = photos_of(nodes["data"])
    if not selection:
        return manifest, fingerprint
    from components.data import select

    key = repr((fingerprint, str(manifest.root), sorted(selection.items())))
    if key not in _manifests:
        selected = select(manifest, **selection)
        _log_source(selected.notes[len(manifest.notes) :], {})
        _manifests[key] = selected, selected.fingerprint()
    return _manifests[key]


def photos_of(node: Mapping[str, Any]) -> tuple[Manifest, str]:
    """Return the manifest of a data configuration and its fingerprint; each is read once per process.

    What the source skipped and how it was read is logged when it is read.

    Raises:
        ConfigError: The component is no source of photos.
    """
    from components.data import Manifest

    key = repr(sorted(node.items(), key=str))
    if key not in _manifests:
        manifest = instantiate(node, "data")
        if not isinstance(manifest, Manifest):
            raise ConfigError(f"data: {node['_target_']} returns {type(manifest).__name__}, expected a Manifest")
        _log_source(manifest.notes, manifest.left_out)
        _manifests[key] = manifest, manifest.fingerprint()
    return _manifests[key]


def _log_source(notes: Sequence[str], left_out: Mapping[str, str]) -> None:
    for note in notes:
        log.info("%s", note)
    if left_out:
        lines = shortened([f"{path}: {reason}" for path, reason in left_out.items()], MAX_LISTED)
        title = f"{counted(len(left_out), 'file or folder', 'files or folders')} skipped:"
        log.info("%s", "\n".join([title, *(f"  {line}" for line in lines)]))
