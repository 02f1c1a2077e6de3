"""The record of a run, `record.json`: what was run, on what, with what result."""

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
        id: Hash of everything that determines the result (`experiments.runs.identity`).
        status: running (also if the process was killed), done, failed, or pruned (stopped early by a search).
        task: Name of the task.
        experiment: Name of the experiment: its folder below the output folder.
        overrides: Overrides of the command line and of the sweep.
        choices: The option taken of each configuration group.
        config: The resolved configuration.
        data: Fingerprint, origin, number of photos, skipped files with the reason.
        code: Version of the code that the result depends on (`experiments.runs.source_version.code_version`).
        environment: Versions of libraries, processor, commit.
        started: Local time, ISO 8601.
        seconds: Running time, summed over interruptions.
        metrics: Mapping from the name of a metric to {value, low, high, n, values}.
        artifacts: Paths of the run's files, relative to its folder.
        protocol: Sizes of the run in words: pixels, epochs, replicates, device.
        notes: Remarks that a reader of the results needs.
        error: Error message of a failed run.
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
        """Write the record into the run's folder, atomically; NaN becomes null."""
        with atomic_path(folder / FILE) as path:
            path.write_text(
                json.dumps(_without_nan(asdict(self)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )

    @property
    def has_seeds(self) -> bool:
        """Whether the run's task has replicates, which differ in their seed."""
        return "replicates" in self.config

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the record in a run's folder; None if there is none, or one of another version of hito."""
        try:
            raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        names = {attribute.name for attribute in fields(cls)}
        return cls(**raw) if isinstance(raw, dict) and set(raw) == names else None


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and value != value else value
