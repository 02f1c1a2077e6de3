"""What the last sweep of an experiment was: `sweep.json`, and the records that it names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from components.errors import DataError
from components.storage import atomic_path
from experiments.runs import Record

FILE = "sweep.json"


@dataclass(frozen=True)
class Sweep:
    """The runs of an experiment that belong on one page.

    Attributes:
        experiment: Name of the experiment: its folder below the output folder.
        records: The runs in the order of the sweep; those that never got a folder have the id "".
        published: Figures to stand beside ours, as the configuration key of this name.
        shown: Metrics that the experiment wants to see first.
        figures: Of the sweep as a whole: names of files in the folder.
        finished: When the sweep ended, ISO 8601; empty where no sweep was stored.
        problems: What could not be read, in words.
    """

    experiment: str
    records: tuple[Record, ...]
    published: Mapping[str, Any] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    finished: str = ""
    problems: tuple[str, ...] = ()


def store_sweep(
    records: Sequence[Record],
    folder: Path,
    published: Mapping[str, Any],
    shown: Sequence[str] = (),
    figures: Sequence[str] = (),
) -> None:
    """Write `sweep.json` into an experiment's folder: which runs the sweep asked for, in what words, and what is shown.

    A run that got no folder of its own (its data could not be read, say) is kept here whole.
    """
    content = {
        "experiment": records[0].experiment if records else folder.name,
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "published": dict(published),
        "shown": list(shown),
        "figures": list(figures),
        "runs": [
            {"id": one.id, "overrides": one.overrides} if one.id else {"id": "", "record": asdict(one)}
            for one in records
        ],
    }
    with atomic_path(folder / FILE) as path:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_sweep(folder: Path) -> Sweep:
    """The last sweep in an experiment's folder; where none was stored, every run that lies there, oldest first.

    Raises DataError when the folder has no runs, or a `sweep.json` that is none.
    """
    if (folder / FILE).is_file():
        return _stored(folder)
    found = [(path.parent.name, Record.read(path.parent)) for path in sorted(folder.glob("*/record.json"))]
    records = sorted((one for _, one in found if one), key=lambda one: one.started)
    if not found:
        raise DataError(
            f"There are no runs in {folder}: `hito report` needs the folder of an experiment that has been run"
        )
    problems = tuple(
        f"The record of run {name} is of another version of hito or broken" for name, one in found if not one
    )
    return Sweep(records[0].experiment if records else folder.name, tuple(records), problems=problems)


def _stored(folder: Path) -> Sweep:
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        experiment, published, finished = content["experiment"], content["published"], content["finished"]
        shown = tuple(str(one) for one in content.get("shown", ()))
        figures = tuple(str(one) for one in content.get("figures", ()) if Path(str(one)).name == one)
        runs = [(str(one["id"]), one) for one in content["runs"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not what a sweep leaves ({error!r}): delete it, and the report is of all runs in {folder}"
        ) from error
    records, problems = [], []
    for name, one in runs:
        found = _record(folder, name, one)
        if found is None:
            problems.append(f"Run {name or '(without a folder)'} of the sweep has no record that can be read")
        else:
            records.append(found)
    return Sweep(str(experiment), tuple(records), published or {}, shown, figures, str(finished), tuple(problems))


def _record(folder: Path, name: str, stored: Mapping[str, Any]) -> Record | None:
    if not name:
        raw = stored.get("record")
        known = {one.name for one in fields(Record)}
        return Record(**raw) if isinstance(raw, dict) and set(raw) == known else None
    record = Record.read(folder / name) if Path(name).name == name else None
    return record and replace(record, overrides=[str(one) for one in stored.get("overrides", record.overrides)])
