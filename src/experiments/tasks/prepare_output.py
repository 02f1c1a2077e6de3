"""Terminal output of the task `prepare`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from components.data import Inspection
from components.wording import counted, shortened
from experiments.console import plain_table

MAX_LISTED = 10
"""Largest number of findings of one kind that are listed."""

NOT_SEARCHED = (
    "Copies that are cropped or turned by some degrees were not searched for: pixels.near_duplicates=thorough finds "
    "them, in some milliseconds a photo"
)

MAX_SEPARATE = 3
"""Largest number of files with the same reason that are listed one by one."""


@dataclass(frozen=True)
class Findings:
    """Findings of one kind.

    Attributes:
        heading: Printed above the findings.
        lines: The findings.
        none_found: Printed if there are none.
    """

    heading: str
    lines: list[str]
    none_found: str


def show(inspection: Inspection) -> None:
    """Print counts by class and split, sizes, and the problems found."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(inspection.origin or inspection.root)}[/]  [dim]{escape(inspection.root)}[/]")
    console.print(_count_table(inspection))
    console.print(_fact_table(inspection))
    for note in inspection.notes:
        console.print(f"[cyan]i[/] {escape(note)}", soft_wrap=True)
    for findings in _findings(inspection):
        if not findings.lines:
            console.print(f"[green]✔[/] {findings.none_found}")
            continue
        console.print(f"[yellow]●[/] [bold]{findings.heading}[/]")
        for line in shortened(findings.lines, MAX_LISTED, where="all of them in findings.csv"):
            console.print(f"    {escape(line)}", soft_wrap=True)
    if inspection.near_duplicate_search == "fast":
        console.print(f"[dim]{NOT_SEARCHED}[/]", soft_wrap=True)


def _count_table(inspection: Inspection) -> Table:
    table = plain_table("photos", show_footer=True)
    table.add_column("class", footer="all")
    rows = list(inspection.counts.values())
    for split in inspection.splits:
        total = sum(row.get(split, 0) for row in rows)
        table.add_column(split or "no split", justify="right", footer=f"{total:,}")
    table.add_column("all", justify="right", footer=f"{inspection.photos:,}", style="bold")
    for label, row in inspection.counts.items():
        cells = [f"{row.get(split, 0):,}" for split in inspection.splits]
        table.add_row(escape(label) or "[dim]no label[/]", *cells, f"{sum(row.values()):,}")
    return table


def _fact_table(inspection: Inspection) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, (low, median, high) in (("width", inspection.width), ("height", inspection.height)):
        table.add_row(name, f"{low:,} to {high:,} pixels, median {median:,.0f}")
    if not np.isnan(inspection.imbalance):
        ratio = f"{inspection.imbalance:.1f}"
        table.add_row("imbalance", f"the largest class has {ratio} times the photos of the smallest")
    known = [f"{name} {count:,}" for name, count in inspection.known.items() if count]
    table.add_row("known", ", ".join(known) or "only the photos")
    return table


def _findings(inspection: Inspection) -> list[Findings]:
    near_duplicates = [f"{pair.left} and {pair.right} ({pair.detail})" for pair in inspection.near_duplicates]
    left_out, conflicts, leaks = inspection.left_out, inspection.conflicts, inspection.leaks
    copies, similar = inspection.exact_duplicates, inspection.similar_conflicts
    return [
        Findings(
            f"{counted(len(left_out), 'file or folder', 'files or folders')} skipped",
            _by_reason(left_out),
            "no file was skipped",
        ),
        Findings(
            f"{counted(len(copies), 'photo')} with identical copies",
            [" = ".join(paths) for paths in copies],
            "no two photos have the same bytes",
        ),
        Findings(
            f"{counted(len(conflicts), 'photo')} with more than one label",
            [", ".join(f"{path} is {label}" for path, label in labels.items()) for labels in conflicts],
            "no photo has more than one label",
        ),
        Findings(
            f"{counted(len(similar), 'pair of near duplicates', 'pairs of near duplicates')} with two labels",
            [", ".join(f"{path} is {label}" for path, label in labels.items()) for labels in similar],
            "no near duplicates have two labels",
        ),
        Findings(
            counted(len(near_duplicates), "pair of near duplicates", "pairs of near duplicates"),
            near_duplicates,
            "no two photos show the same picture",
        ),
        Findings(
            f"{counted(len(leaks), 'leak')}: the same photo or object on two sides of the split",
            [str(leak) for leak in leaks],
            "nothing is on two sides of the split",
        ),
        Findings("these photos cannot be split", list(inspection.problems), "the photos can be split"),
    ]


def _by_reason(left_out: Mapping[str, str]) -> list[str]:
    """Return one line per skipped file; many files with the same reason share a line."""
    files: dict[str, list[str]] = {}
    for path, reason in left_out.items():
        files.setdefault(reason, []).append(path)
    lines = []
    for reason, paths in files.items():
        if len(paths) > MAX_SEPARATE:
            lines.append(f"{paths[0]} and {len(paths) - 1:,} more: {reason}")
        else:
            lines += [f"{path}: {reason}" for path in paths]
    return lines
