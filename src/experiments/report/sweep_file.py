"""`sweep.json`: which runs the last sweep of an experiment had, and what its tables show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from components.errors import DataError
from components.storage import atomic_path
from experiments.runs import Record
from experiments.summary import SweepTable, TableOptions

FILE = "sweep.json"


@dataclass(frozen=True)
class Sweep:
    """The last sweep of an experiment, as its folder holds it.

    Attributes:
        experiment: Name of the experiment: its folder below the output folder.
        folder: Folder of the experiment.
        records: The runs in the order of the sweep; those that never got a folder have the id "".
        options: What the configuration says about tables.
        figures: File names of the figures of the sweep as a whole, in the folder.
        finished: When the sweep ended, ISO 8601; "" if no sweep was stored.
        problems: What could not be read, in words.
    """

    experiment: str
    folder: Path
    records: tuple[Record, ...]
    options: TableOptions = field(default_factory=TableOptions)
    figures: tuple[str, ...] = ()
    finished: str = ""
    problems: tuple[str, ...] = ()

    def table(self) -> SweepTable:
        """Compute the table of the sweep; without verdicts if no sweep was stored."""
        return SweepTable.of(self.records, self.folder, self.options, compared=bool(self.finished))


def store_sweep(
    records: Sequence[Record], folder: Path, options: TableOptions | None = None, figures: Sequence[str] = ()
) -> None:
    """Write `sweep.json` into an experiment's folder.

    Args:
        records: The runs in the order of the sweep, with its overrides. A run without a folder of its own (because its
            data could not be read, for example) is stored whole.
        folder: Folder of the experiment.
        options: What the configuration says about tables; None: the defaults.
        figures: File names of the figures of the sweep as a whole, in the folder.
    """
    content = {
        "experiment": records[0].experiment if records else folder.name,
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        **asdict(options or TableOptions()),
        "figures": list(figures),
        "runs": [
            {"id": record.id, "overrides": record.overrides} if record.id else {"id": "", "record": asdict(record)}
            for record in records
        ],
    }
    with atomic_path(folder / FILE) as path:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_sweep(folder: Path) -> Sweep:
    """Return the last sweep of an experiment; if none was stored, all runs in its folder, oldest first.

    Raises:
        DataError: If the folder has no runs, or its `sweep.json` cannot be read.
    """
    if (folder / FILE).is_file():
        return _stored(folder)
    found = [(path.parent.name, Record.read(path.parent)) for path in sorted(folder.glob("*/record.json"))]
    records = sorted((record for _, record in found if record), key=lambda record: record.started)
    if not found:
        raise DataError(
            f"There are no runs in {folder}: `hito report` needs the folder of an experiment that has been run"
        )
    problems = tuple(
        f"The record of run {name} is broken, or was written by another version of hito"
        for name, record in found
        if not record
    )
    return Sweep(records[0].experiment if records else folder.name, folder, tuple(records), problems=problems)


def _stored(folder: Path) -> Sweep:
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        experiment, finished, options = content["experiment"], content["finished"], TableOptions.of(content)
        figures = tuple(str(name) for name in content.get("figures", ()) if Path(str(name)).name == name)
        runs = [(str(run["id"]), run) for run in content["runs"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} is not what a sweep writes ({error!r}): delete it to get a report of all runs in {folder}"
        ) from error
    records, problems = [], []
    for name, run in runs:
        record = _record(folder, name, run)
        if record is None:
            problems.append(f"Run {name or '(without a folder)'} of the sweep has no record that can be read")
        else:
            records.append(record)
    return Sweep(str(experiment), folder, tuple(records), options, figures, str(finished), tuple(problems))


def _record(folder: Path, name: str, stored: Mapping[str, Any]) -> Record | None:
    if not name:
        raw = stored.get("record")
        known = {field.name for field in fields(Record)}
        return Record(**raw) if isinstance(raw, dict) and set(raw) == known else None
    record = Record.read(folder / name) if Path(name).name == name else None
    return record and replace(record, overrides=[str(word) for word in stored.get("overrides", record.overrides)])
