"""`hito runs`: lists stored runs, shows one, compares the configurations of two, or removes some."""

import sys
from pathlib import Path

from rich.console import Console

from components.errors import ConfigError
from components.wording import counted
from experiments.cli import runs_view
from experiments.cli.arguments import Arguments, UsageError
from experiments.cli.run_list import run_list
from experiments.cli.usage import usage
from experiments.console import terminal
from experiments.runs import StoredRun, clear_run_folder, filter_runs, find_run, lock, stored_runs


def runs_command(arguments: Arguments) -> None:
    """`hito runs [KEY=VALUE ...]`: list the stored runs that match all filters.

    Raises:
        UsageError: `limit` is no number.
        ConfigError: No run has a key that is filtered or sorted by.
    """
    filters = _filters(arguments)
    runs = filter_runs(stored_runs(_output(arguments)), filters)
    sort, limit, fold = arguments.options["sort"], _limit(arguments), "status" not in filters
    Console().print(run_list(runs, filters, sort=sort, limit=limit, fold_failures=fold))


def show_command(arguments: Arguments) -> None:
    """`hito runs show RUN`: print all that is stored of a run; raises ConfigError if there is no such run."""
    (run,) = _named_runs(arguments)
    Console().print(runs_view.details(run))


def diff_command(arguments: Arguments) -> None:
    """`hito runs diff RUN OTHER`: print how two runs differ; raises ConfigError if there is no such run."""
    before, after = _named_runs(arguments)
    Console().print(runs_view.comparison(before, after))


def remove_command(arguments: Arguments) -> None:
    """`hito runs remove RUN|KEY=VALUE ...`: remove runs that no process works on, after a question unless `yes=true`.

    Raises:
        UsageError: No run is chosen.
        ConfigError: There is no such run, or the question cannot be asked because there is no terminal.
    """
    filters, confirmed = _filters(arguments), arguments.flag("yes")
    if not arguments.names and not filters:
        raise UsageError(
            f"hito runs remove: name the runs to remove, or choose them by KEY=VALUE.\n{usage('runs remove')}"
        )
    chosen = _named_runs(arguments)
    if filters:
        chosen += filter_runs(stored_runs(_output(arguments)), filters)
    chosen = list({run.folder.resolve(): run for run in chosen}.values())
    if not chosen:
        raise ConfigError(f"No run has {' '.join(arguments.overrides)}: nothing was removed")
    Console().print(run_list(chosen, filters, fold_failures=False))
    if not confirmed and not _confirm(len(chosen)):
        terminal.messages.print("Nothing was removed.")
        return
    removed = sum(_remove_run(run) for run in chosen)
    terminal.messages.print(f"{counted(removed, 'run')} removed.")


def _remove_run(run: StoredRun) -> bool:
    """Remove a run with all its files, unless a process works on it; return whether it was removed."""
    with lock.hold(run.folder) as acquired:
        if not acquired:
            holder = lock.holder(run.folder)
            terminal.messages.print(f"[yellow]● {run.record.id}[/] is kept: {holder} is working on it")
            return False
        clear_run_folder(run.folder)
        (run.folder / lock.FILE).unlink()
        run.folder.rmdir()
        return True


def _confirm(count: int) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError("No terminal to confirm on: add yes=true to remove them without asking.")
    which = "this run" if count == 1 else f"these {counted(count, 'run')}"
    return Console().input(f"Remove {which} with all files? [y/N] ").strip().lower() in {"y", "yes"}


def _named_runs(arguments: Arguments) -> list[StoredRun]:
    output = _output(arguments)
    return [StoredRun(*find_run(name, output, done=False)) for name in arguments.names]


def _limit(arguments: Arguments) -> int | None:
    word = arguments.options["limit"]
    if word == "all":
        return None
    if not word.isdecimal() or int(word) < 1:
        raise UsageError(f"hito runs: limit={word}: expected a number of rows, such as limit=20, or limit=all")
    return int(word)


def _filters(arguments: Arguments) -> dict[str, str]:
    pairs = (word.partition("=") for word in arguments.overrides)
    return {key: value for key, _, value in pairs}


def _output(arguments: Arguments) -> Path:
    return Path(arguments.options["output"])
