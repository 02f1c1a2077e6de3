"""What a run leaves: `record.json`, written whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self

from components.storage import atomic_path

Status = Literal["running", "done", "failed", "pruned"]
FILE = "record.json"


@dataclass
class Record:
    """One run.

    Attributes:
        id: Short hash of what determines the result (`experiments.runs.identity`).
        status: running (or killed), done, failed, pruned (a search stopped it early).
        task: Name of the task.
        experiment: Folder below the output folder.
        overrides: Words of the command line and of the sweep.
        choices: The option taken of each configuration group.
        config: The resolved configuration.
        data: Fingerprint, origin, number of photos, files left out with the reason.
        code: Version of the code that the result hangs on (`experiments.runs.identity.code_version`).
        environment: Versions, device, processor, commit.
        started: Local time, ISO 8601.
        seconds: Time at work, over all sittings of a run that was killed and went on.
        metrics: By name {value, low, high, n, values}.
        artifacts: Paths of the files of the run, relative to its folder.
        protocol: Sizes of the run in words: pixels, epochs, replicates, device.
        notes: What a reader of the figures must know.
        error: Why it failed.
    """

    id: str
    status: Status
    task: str
    experiment: str
    overrides: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    environment: dict[str, Any] = field(default_factory=dict)
    started: str = ""
    seconds: float = 0.0
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)
    protocol: str = ""
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    def write(self, folder: Path) -> None:
        """Write the record into the run's folder, atomically. NaN becomes null."""
        with atomic_path(folder / FILE) as path:
            path.write_text(
                json.dumps(_without_nan(asdict(self)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )

    @property
    def has_seeds(self) -> bool:
        """Whether the run's task makes replicates that differ by a seed."""
        return "replicates" in self.config

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The record of a run's folder; None when it has none or one that an older hito wrote otherwise."""
        try:
            raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        names = {one.name for one in fields(cls)}
        return cls(**raw) if isinstance(raw, dict) and set(raw) == names else None


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and value != value else value
