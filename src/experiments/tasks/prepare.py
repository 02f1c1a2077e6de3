"""Task `prepare`: look the photos over before anything is trained on them."""

from collections.abc import Callable, Mapping

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from components.data import (
    Inspection,
    Manifest,
    Photos,
    contact_sheet,
    find_leaks,
    inspect,
    write_inspection,
)
from components.errors import DataError
from components.storage import atomic_path
from experiments.runs import Outcome, Run

NAMED, APART = 10, 3


def prepare(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    seed: int,
    run: Run,
) -> Outcome:
    """Read all photos, split them, and say what there is and what is wrong with it.

    Nothing that is found stops this task: classes that cannot be split and leaks are findings like the others.

    Args:
        data: The photos.
        split: Gives the manifest its train, validation and test rows, from a seed.
        pixels: Decodes the photos to one size.
        seed: Of the split.
        run: Where to write.

    Returns:
        What is shown on the terminal; inspection.json, findings.csv and a contact sheet lie in the folder.
    """
    photos = pixels(data)
    manifest, problems = photos.manifest, []
    try:
        manifest = split(manifest, seed=seed)
    except DataError as error:
        problems.append(str(error))
    inspection = inspect(manifest, photos, find_leaks(manifest, photos), problems)
    write_inspection(inspection, run.folder)
    with atomic_path(run.figures / "contact_sheet.png") as path:
        contact_sheet(manifest, photos).save(path)
    return Outcome(
        protocol=f"{photos.array.shape[1]} px · {len(photos)} photos",
        notes=tuple(problems),
        left_out=manifest.left_out,
        show=lambda: show(inspection),
    )


def show(inspection: Inspection) -> None:
    """Print the findings: counts by class and split, sizes, and what is wrong."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(inspection.origin or inspection.root)}[/]  [dim]{escape(inspection.root)}[/]")
    console.print(_counts(inspection))
    console.print(_facts(inspection))
    for heading, lines, good in _findings(inspection):
        if not lines:
            console.print(f"[green]✔[/] {good}")
            continue
        console.print(f"[yellow]●[/] [bold]{heading}[/]")
        for line in lines[:NAMED]:
            console.print(f"    {escape(line)}", soft_wrap=True)
        if len(lines) > NAMED:
            console.print(f"    [dim]and {len(lines) - NAMED:,} more, all of them in findings.csv[/]")


def _counts(inspection: Inspection) -> Table:
    names = {"": "no split"}
    table = Table(title="photos", title_justify="left", show_footer=True)
    table.add_column("class", footer="all")
    rows = list(inspection.counts.values())
    for split in inspection.splits:
        table.add_column(names.get(split, split), justify="right", footer=f"{sum(row.get(split, 0) for row in rows):,}")
    table.add_column("all", justify="right", footer=f"{inspection.photos:,}", style="bold")
    for label, row in inspection.counts.items():
        cells = [f"{row.get(split, 0):,}" for split in inspection.splits]
        table.add_row(escape(label) or "[dim]no label[/]", *cells, f"{sum(row.values()):,}")
    return table


def _facts(inspection: Inspection) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, (low, median, high) in (("width", inspection.width), ("height", inspection.height)):
        table.add_row(name, f"{low:,} to {high:,} pixels, median {median:,.0f}")
    if not np.isnan(inspection.imbalance):
        table.add_row("imbalance", f"{inspection.imbalance:.1f} photos of the largest class for each of the smallest")
    known = [f"{name} {count:,}" for name, count in inspection.known.items() if count]
    table.add_row("known", ", ".join(known) or "nothing but the photos")
    return table


def _findings(inspection: Inspection) -> list[tuple[str, list[str], str]]:
    """Heading, lines, and what is said where there are none."""
    twins = [
        f"{twin.left} and {twin.right} ({twin.distance} of 64 bits differ, correlation {twin.correlation:.2f})"
        for twin in inspection.near_duplicates
    ]
    return [
        (f"{len(inspection.left_out):,} files left out", _grouped(inspection.left_out), "no file was left out"),
        (
            f"{len(inspection.exact_duplicates):,} photos are there more than once",
            [" = ".join(paths) for paths in inspection.exact_duplicates],
            "no two photos have the same bytes",
        ),
        (
            f"{len(inspection.conflicts):,} photos are there under two labels",
            [", ".join(f"{path} is {label}" for path, label in one.items()) for one in inspection.conflicts],
            "no photo stands under two labels",
        ),
        (f"{len(twins):,} pairs of near duplicates", twins, "no two photos show the same picture"),
        (
            f"{len(inspection.leaks):,} leaks: the same thing on two sides of the split",
            [str(leak) for leak in inspection.leaks],
            "nothing stands on two sides of the split",
        ),
        ("these photos cannot be split", list(inspection.problems), "the photos can be split"),
    ]


def _grouped(left_out: Mapping[str, str]) -> list[str]:
    """A line a file; files that share their reason with many others in one line."""
    files: dict[str, list[str]] = {}
    for path, reason in left_out.items():
        files.setdefault(reason, []).append(path)
    lines = []
    for reason, paths in files.items():
        if len(paths) > APART:
            lines.append(f"{paths[0]} and {len(paths) - 1:,} more: {reason}")
        else:
            lines += [f"{path}: {reason}" for path in paths]
    return lines
