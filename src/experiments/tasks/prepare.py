"""Task `prepare`: inspect the photos before training: counts, sizes, duplicates, label conflicts and leaks."""

from collections.abc import Callable
from pathlib import Path

from components.data import (
    Folds,
    Manifest,
    Photos,
    contact_sheet,
    find_leaks,
    inspect,
    read_inspection,
    write_inspection,
)
from components.errors import DataError
from components.storage import atomic_path
from components.wording import counted
from experiments.runs import Outcome, Run
from experiments.tasks.prepare_output import show

NAMED_BY = ()
"""Configuration groups whose options name a run of this task."""

REPORTS_SOURCE = True
"""What the source skipped and how it was read is part of the result, and so of the run's id."""


def prepare(
    *,
    data: Manifest,
    split: Callable[..., Manifest | Folds],
    pixels: Callable[[Manifest], Photos],
    seed: int,
    run: Run,
) -> Outcome:
    """Read and split all photos, and report what they contain and which problems they have.

    Problems do not stop this task: classes that cannot be split and leaks are reported like other findings. The task
    computes no metrics.

    Args:
        data: The photos.
        split: Called with the manifest and `seed`; returns it with train, validation and test rows.
        pixels: Decodes the photos to one size.
        seed: Seed of the split.
        run: Run whose folder the results are written to.

    Returns:
        The tables for the terminal. The folder of the run contains inspection.json, findings.csv and a contact sheet.
    """
    photos = pixels(data)
    manifest, problems = photos.manifest, []
    manifests = [manifest]
    try:
        drawn = split(manifest, seed=seed)
        manifests = list(drawn.manifests) if isinstance(drawn, Folds) else [drawn]
    except DataError as error:
        problems.append(str(error))
    manifest = manifests[0]
    if len(manifests) > 1:
        note = f"the split draws {len(manifests)} folds: the counts by split are of the first, leaks of all"
        manifest = manifest.replace(notes=(*manifest.notes, note))
    leaks = [leak for one in manifests for leak in find_leaks(one, photos)]
    inspection = inspect(manifest, photos, list(dict.fromkeys(leaks)), problems)
    write_inspection(inspection, run.folder)
    with atomic_path(run.figures / "contact_sheet.png") as path:
        contact_sheet(manifest, photos).save(path)
    return Outcome(
        protocol=f"{photos.array.shape[1]} px · {counted(len(photos), 'photo')}",
        notes=tuple(problems),
        left_out=manifest.left_out,
        show=lambda: show(inspection),
    )


def show_again(folder: Path) -> None:
    """Print the tables of a finished run.

    Args:
        folder: Folder of the run.
    """
    show(read_inspection(folder))
