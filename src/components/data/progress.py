"""Progress bars on the terminal."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")


def progress(items: Iterable[Item], description: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items while showing a progress bar on stderr, which is removed at the end.

    Args:
        items: What to iterate over.
        description: Text next to the bar.
        total: Number of items; None: `len(items)`, or unknown.

    Yields:
        The items. Nothing is shown if stderr is not a terminal.
    """
    console = Console(stderr=True)
    yield from track(items, description, total=total, console=console, transient=True, disable=not console.is_terminal)
