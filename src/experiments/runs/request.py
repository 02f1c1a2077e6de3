"""A run before it is done: what it is called with, and what it is known by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.errors import ConfigError
from components.storage import digest
from experiments.config import instantiate, parameter_names
from experiments.runs.identity import determining_part, run_id
from experiments.runs.record import Record
from experiments.runs.source_version import code_version
from experiments.runs.store import find_run

if TYPE_CHECKING:
    from components.data import Manifest


@dataclass(frozen=True)
class RunRequest:
    """One run to be done, or found done.

    Attributes:
        id: The run's (`experiments.runs.identity`).
        folder: Where the run lies.
        task: Dotted name of the task.
        arguments: Of the task, resolved, by parameter; `run` is not among them.
        nodes: The whole resolved configuration.
        choices: The option taken of each group.
        overrides: The words that make the run what it is.
        photos: The photos, read.
        data: What the record says of them: fingerprint, origin, number.
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
        """Find out which run a resolved configuration means; the photos are read, nothing else is.

        Raises HitoError when the run cannot be identified: no such photos, no such key.
        """
        task = str(nodes["task"]["_target_"])
        used = [name for name in parameter_names(task) if name != "run"]
        arguments = {name: _argument(name, nodes) for name in used}
        photos, fingerprint = photos_of(nodes["data"])
        others = [photos_of(one)[1] for name, one in arguments.items() if name == "existing" and one]
        determining = arguments | _ids_of_runs(arguments, Path(nodes["output"]))
        identity = run_id(task, determining, digest(fingerprint, *others) if others else fingerprint)
        return cls(
            id=identity,
            folder=Path(nodes["output"]) / nodes["name"] / identity,
            task=task,
            arguments=arguments,
            nodes=nodes,
            choices=dict(choices),
            overrides=tuple(overrides),
            photos=photos,
            data={"fingerprint": fingerprint, "origin": photos.origin, "photos": len(photos)},
        )

    @property
    def code(self) -> str:
        """Version of the code that the result hangs on."""
        return code_version(determining_part(self.task, self.arguments))

    def earlier(self) -> Record | None:
        """The record that an earlier sitting left."""
        return Record.read(self.folder)

    def wanted(self, earlier: Record | None, *, alone: bool = False) -> bool:
        """Whether there is something to do after what an earlier sitting left, as `if_exists` has it.

        resume: what was never begun, was killed or pruned. retry: failed ones too. overwrite: everything. A run that was
        asked for `alone` and failed is tried again in any case.
        """
        if_exists = self.nodes["if_exists"]
        if if_exists not in IF_EXISTS:
            raise ConfigError(f"if_exists={if_exists}: expected one of {', '.join(IF_EXISTS)}")
        if earlier is None or if_exists == "overwrite":
            return True
        return earlier.status in {"running", "pruned"} or (
            earlier.status == "failed" and (if_exists == "retry" or alone)
        )


IF_EXISTS = ("resume", "retry", "overwrite")
"""Values of `if_exists`."""


RUN_REFERENCES = ("classifier", "matcher", "calibration", "index")
"""Arguments that name another run: by its id, the beginning of its id, or its folder."""


def _ids_of_runs(arguments: Mapping[str, Any], output: Path) -> dict[str, str]:
    """The whole ids of the runs that arguments name, however they name them."""
    named = {name: str(arguments[name]) for name in RUN_REFERENCES if arguments.get(name)}
    return {name: find_run(word, output)[1].id for name, word in named.items()}


def _argument(name: str, nodes: Mapping[str, Any]) -> Any:
    """The resolved node or value that a task's parameter of this name is given."""
    if name not in nodes:
        raise ConfigError(f"The task {nodes['task']['_target_']} takes {name!r}, and the configuration has no such key")
    return nodes[name]


_read: dict[str, tuple[Manifest, str]] = {}


def photos_of(node: Mapping[str, Any]) -> tuple[Manifest, str]:
    """The manifest of a data configuration and its fingerprint, read once a process."""
    from components.data import Manifest

    key = repr(sorted(node.items(), key=str))
    if key not in _read:
        manifest = instantiate(node, "data")
        if not isinstance(manifest, Manifest):
            raise ConfigError(f"data: {node['_target_']} gives {type(manifest).__name__}, not a Manifest")
        _read[key] = manifest, manifest.fingerprint()
    return _read[key]
