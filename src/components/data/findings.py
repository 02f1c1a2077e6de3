"""The files of an inspection: inspection.json and findings.csv."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from components.data.inspection import Inspection, NearDuplicateFinding
from components.data.leaks import Leak
from components.storage import atomic_path


def write_inspection(inspection: Inspection, folder: Path) -> None:
    """Write `inspection.json` (everything) and `findings.csv` (one row per finding: kind, photo, other, detail)."""
    with atomic_path(folder / "inspection.json") as path:
        path.write_text(json.dumps(asdict(inspection), ensure_ascii=False, indent=1), encoding="utf-8")
    with atomic_path(folder / "findings.csv") as path, path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["kind", "photo", "other", "detail"])
        writer.writerows(_findings(inspection))


def read_inspection(folder: Path) -> Inspection:
    """Read the `inspection.json` of a folder."""
    found = json.loads((folder / "inspection.json").read_text(encoding="utf-8"))
    found["near_duplicates"] = [NearDuplicateFinding(**pair) for pair in found["near_duplicates"]]
    found["leaks"] = [Leak(**leak) for leak in found["leaks"]]
    return Inspection(**found)


def _findings(inspection: Inspection) -> Iterator[tuple[str, str, str, str]]:
    for leak in inspection.leaks:
        sides = f"{leak.left_split} and {leak.right_split}"
        yield f"leak: {leak.reason}", leak.left, leak.right, f"{sides}; {leak.detail}" if leak.detail else sides
    for first, *others in inspection.exact_duplicates:
        yield from (("same bytes", first, other, "") for other in others)
    for labels in inspection.conflicts:
        first, *others = labels
        yield from (("two labels", first, other, f"{labels[first]} and {labels[other]}") for other in others)
    for labels in inspection.similar_conflicts:
        first, other = labels
        yield "near duplicates with two labels", first, other, f"{labels[first]} and {labels[other]}"
    for pair in inspection.near_duplicates:
        yield "near duplicate", pair.left, pair.right, pair.detail
    for path, reason in inspection.left_out.items():
        yield "left out", path, "", reason
