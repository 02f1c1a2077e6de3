"""Messages on the terminal about runs: what a run is, that it starts, waits, is done, or failed."""

import re
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from components.wording import counted
from experiments.console import terminal
from experiments.runs.record import Record
from experiments.runs.run import Outcome

NOT_DESCRIBED = {
    *("experiment", "name"),  # shown separately
    *("hydra", "if_exists", "launcher", "output", "sweeper", "tracker"),
    *("aggregate_over", "baseline", "reference_results", "table_metrics"),
}
"""First parts of keys that do not describe a run: they change no result."""


def describe(record: Record) -> str:
    """Return a run in one line: its overrides, or its task if it has none."""
    return describe_overrides(record.overrides) or f"task={record.task}"


def describe_overrides(overrides: Sequence[str]) -> str:
    """Return the overrides that describe a run, in one line."""
    return " ".join(word for word in overrides if describes(word.partition("=")[0]))


def describes(key: str) -> bool:
    """Return whether a key of an override describes a run: its value can change the result."""
    return re.split(r"[./@]", key.lstrip("+~"), maxsplit=1)[0] not in NOT_DESCRIBED


def announce_sweep(experiment: str, jobs: int, plan: str) -> None:
    """Print the number of runs of a sweep and what has to be done (`plan`)."""
    terminal.messages.print(f"[bold]{experiment}[/]: {counted(jobs, 'run')}: {plan}")


def announce_run(record: Record) -> None:
    """Print that a run starts, or continues after an interruption."""
    again = " (continued)" if record.seconds else ""
    terminal.messages.print(f"[bold]▶ {record.experiment}[/] [dim]{record.id}[/]  {escape(describe(record))}{again}")


def announce_waiting(run: str, holder: str) -> None:
    """Print that another process (`holder`) is working on a run and that this process waits for it."""
    terminal.messages.print(f"[yellow]● {run}[/]: {holder} is working on it; waiting")


def announce_already_done(record: Record, folder: Path) -> None:
    """Print that a run was done before."""
    terminal.messages.print(
        f"[green]✔ already done[/] [dim]{record.id}[/]  {escape(describe(record))}  [dim]{folder}[/]"
    )


def announce_result(record: Record, folder: Path, outcome: Outcome | None) -> None:
    """Print how a run ended and the tables of its task; a worker process prints no tables."""
    show = terminal.messages.print
    if record.status == "failed":
        show("[red]✘ failed[/]", f"[dim]{record.id}[/]", end=" ")
        show(record.error or "", markup=False, soft_wrap=True)
        return
    if record.status == "pruned":
        show(f"[yellow]■ {' '.join(record.notes)}[/] [dim]{record.id}[/]  in {record.seconds:.1f} s")
        return
    for note in record.notes:
        show(f"  [yellow]{escape(note)}[/]")
    if outcome and outcome.show and not terminal.is_redirected():
        outcome.show()
    show(f"[green]✔ done[/] [dim]{record.id}[/]  in {record.seconds:.1f} s  [dim]{folder}[/]")
