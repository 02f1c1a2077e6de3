"""A run before it is done: what it is called with, and what it is known by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.errors import ConfigError
from components.storage import digest
from experiments.config.instantiate import build
from experiments.config.introspection import parameter_names
from experiments.runs.identity import code_version, determining_part, run_id
from experiments.runs.record import Record

if TYPE_CHECKING:
    from components.data import Manifest


@dataclass(frozen=True)
class Job:
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
    def of(cls, nodes: Mapping[str, Any], choices: Mapping[str, str], overrides: Sequence[str]) -> Job:
        """Find out which run a resolved configuration means; the photos are read, nothing else is.

        Raises HitoError when the run cannot be identified: no such photos, no such key.
        """
        task = str(nodes["task"]["_target_"])
        used = [name for name in parameter_names(task) if name != "run"]
        arguments = {name: _argument(name, nodes) for name in used}
        photos, fingerprint = photos_of(nodes["data"])
        others = [photos_of(one)[1] for name, one in arguments.items() if name == "existing" and one]
        identity = run_id(task, arguments, digest(fingerprint, *others) if others else fingerprint)
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
        """Whether there is something to do after what an earlier sitting left, as `runs` has it.

        resume: what was never begun, was killed or pruned. retry: failed ones too. fresh: everything. A run that was
        asked for `alone` and failed is tried again in any case.
        """
        runs = self.nodes["runs"]
        if runs not in RUNS:
            raise ConfigError(f"runs={runs}: expected one of {', '.join(RUNS)}")
        if earlier is None or runs == "fresh":
            return True
        return earlier.status in {"running", "pruned"} or (earlier.status == "failed" and (runs == "retry" or alone))


RUNS = ("resume", "retry", "fresh")
"""Values of `runs`."""


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
        manifest = build(node, "data")
        if not isinstance(manifest, Manifest):
            raise ConfigError(f"data: {node['_target_']} gives {type(manifest).__name__}, not a Manifest")
        _read[key] = manifest, manifest.fingerprint()
    return _read[key]
