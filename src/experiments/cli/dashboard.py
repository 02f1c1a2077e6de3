"""`hito dashboard [EXPERIMENT]`: a Weights & Biases workspace for the runs of an experiment."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from components.storage import atomic_path
from experiments.cli.arguments import Arguments
from experiments.cli.stored_experiments import chosen_experiments
from experiments.console import terminal
from experiments.models import job_name
from experiments.report import read_sweep
from experiments.runs import Record

FILE = "dashboard.json"
MAX_METRICS, MAX_FIGURES = 12, 12
"""Largest number of panels in a section."""


def dashboard_command(arguments: Arguments) -> list[Path]:
    """Save a workspace for each experiment on the server, and its definition in the experiment's folder.

    Args:
        arguments: At most one EXPERIMENT, `output=`, `project=`, `entity=`, and `timeout=`.

    Returns:
        The definitions.

    Raises:
        UsageError: The timeout is no number.
        ConfigError: There is no such experiment.
        MissingExtraError: The package wandb-workspaces is not installed.
    """
    options, timeout = arguments.options, arguments.seconds("timeout")
    output = Path(options["output"])
    names = chosen_experiments(arguments.names, output)
    terminal.set_up()
    from components.trackers import why_offline

    offline = why_offline(timeout)
    return [write_dashboard(output / name, options["project"], options["entity"], offline) for name in names]


def write_dashboard(folder: Path, project: str, entity: str, offline: str) -> Path:
    """Build the workspace of an experiment, write its definition, and save it on the server.

    Args:
        folder: Of the experiment.
        project: Of its runs in Weights & Biases.
        entity: User or team; "": the one that is logged in.
        offline: Why the server cannot be used; "": it can.

    Returns:
        The file with the definition.
    """
    from components.trackers import workspace, workspace_definition

    sweep = read_sweep(folder)
    records = [record for record in sweep.records if record.status == "done"]
    if not offline and not entity:
        import wandb

        entity = wandb.Api().default_entity or ""
    built = workspace(
        sweep.experiment,
        entity=entity or "ENTITY",
        project=project,
        metrics=list(dict.fromkeys(name for record in records for name in record.metrics))[:MAX_METRICS],
        curves=curves_of(records, folder),
        figures=figures_of(records)[:MAX_FIGURES],
    )
    file = folder / FILE
    with atomic_path(file) as path:
        path.write_text(workspace_definition(built) + "\n", encoding="utf-8")
    message = f"Dashboard of {sweep.experiment}: "
    if not offline:
        try:
            message += built.save().url
        except Exception as error:  # whatever wandb raises: the definition is on disk
            offline = str(error).strip().partition("\n")[0] or type(error).__name__
    if offline:
        message += f"{file} (not sent: {offline}; to send it later: hito dashboard {sweep.experiment})"
    terminal.messages.print(message, markup=False, soft_wrap=True)
    return file


def curves_of(records: Sequence[Record], folder: Path) -> dict[str, list[str]]:
    """Return the keys of the training history of all runs.

    Args:
        records: The runs.
        folder: Of their experiment.

    Returns:
        For each quantity, such as "validation_accuracy", its keys "NETWORK-REPLICATE/validation_accuracy", or
        "NETWORK-REPLICATE-foldFOLD/validation_accuracy".
    """
    found: dict[str, dict[str, None]] = {}
    for record in records:
        path = folder / record.id / "curves.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for quantity in row:
                    if re.fullmatch(r"(train|validation)_\w+", quantity):
                        name = job_name(row["network"], row["replicate"], row.get("fold"))
                        found.setdefault(quantity, {})[f"{name}/{quantity}"] = None
    return {quantity: list(keys) for quantity, keys in found.items()}


def figures_of(records: Sequence[Record]) -> list[str]:
    """Return the names of the figures that the runs have stored."""
    paths = [Path(artifact) for record in records for artifact in record.artifacts]
    return list(dict.fromkeys(path.stem for path in paths if path.parts[0] == "figures" and path.suffix == ".png"))
