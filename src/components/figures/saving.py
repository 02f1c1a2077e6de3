"""Drawing and writing of the figures of a run: one that cannot be drawn costs a warning, not the run."""

import logging
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from components.errors import HitoError
from components.figures.style import save_figure
from components.storage import atomic_path

log = logging.getLogger(__name__)

Drawing = Callable[[], Figure]


def save_figures(folder: Path, drawings: Mapping[str, Drawing]) -> list[str]:
    """Draw figures and write each as `folder`/NAME.png.

    Args:
        folder: Folder of the figures.
        drawings: By the name of a figure, the function that draws it.

    Returns:
        For each figure that could not be drawn a note with its name and the reason, which is also logged as a warning.
    """

    def save(file: Path, draw: Drawing) -> None:
        save_figure(draw(), file)

    notes = []
    for name, draw in drawings.items():
        notes += note_of_failure(f"the figure {name}.png", partial(save, folder / f"{name}.png", draw))
    return notes


def save_page(file: Path, page: Callable[[], str]) -> list[str]:
    """Write a page that shows what is computed elsewhere; returns a note if it could not be drawn, as `save_figures`.

    Args:
        file: The HTML file.
        page: Returns the document.
    """

    def write() -> None:
        document = page()
        with atomic_path(file) as path:
            path.write_text(document, encoding="utf-8")

    return note_of_failure(f"the page {file.name}", write)


def note_of_failure(what: str, action: Callable[[], None]) -> list[str]:
    """Carry out an action; return a note if it fails, and log it as a warning and its traceback for debugging.

    Args:
        what: What the action makes, for the note.
        action: Draws and writes it.
    """
    try:
        action()
    except HitoError as error:
        reason = str(error)
    except Exception as error:  # whatever a library does not like of names or sizes
        log.debug("%s", traceback.format_exc())
        reason = f"{type(error).__name__}: {error}"
    else:
        return []
    note = f"{what} is missing, it could not be drawn ({reason})"
    log.warning("%s", note)
    return [note]
