"""`hito dashboard [EXPERIMENT]`: a Weights & Biases workspace for the runs of an experiment."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from components.errors import ConfigError
from components.storage import atomic_path
from experiments.cli.arguments import read_words
from experiments.cli.report import experiments_in
from experiments.console import terminal
from experiments.report import read_sweep
from experiments.runs import Record

FILE = "dashboard.json"
METRICS, FIGURES = 12, 6
"""Panels of one section at most."""


def dashboard_command(words: Sequence[str]) -> list[Path]:
    """Save a workspace of each experiment with the server, or its definition in the experiment's folder.

    Args:
        words: At most one EXPERIMENT; `output=`, `project=`, `entity=` and `timeout=` (seconds for the server's first
            sign of life).

    Raises:
        ConfigError: When the words are others, or there are no such runs.
        MissingExtraError: Without the package wandb-workspaces.
    """
    defaults = {"output": "multirun", "project": "hito", "entity": "", "timeout": "5"}
    experiment, values = read_words(words, "dashboard", defaults)
    output = Path(values["output"])
    known = experiments_in(output)
    if not known or (experiment and experiment not in known):
        there = f"There are: {', '.join(known)}" if known else "Run an experiment first, or name its folder: output=..."
        raise ConfigError(f"There is no experiment {experiment or ''} below {output}. {there}")
    terminal.set_up()
    from components.trackers import why_offline

    reason = why_offline(float(values["timeout"]))
    chosen = [experiment] if experiment else known
    return [write_dashboard(output / one, values["project"], values["entity"], reason) for one in chosen]


def write_dashboard(folder: Path, project: str, entity: str, reason: str) -> Path:
    """Make the workspace of one experiment, write its definition, and save it unless there is a `reason` not to."""
    from components.trackers import workspace, workspace_definition

    sweep = read_sweep(folder)
    records = [one for one in sweep.records if one.status == "done"]
    if not reason and not entity:
        import wandb

        entity = wandb.Api().default_entity or ""
    made = workspace(
        sweep.experiment,
        entity=entity or "ENTITY",
        project=project,
        metrics=list(dict.fromkeys(name for one in records for name in one.metrics))[:METRICS],
        curves=curves_of(records, folder),
        figures=figures_of(records)[:FIGURES],
    )
    with atomic_path(folder / FILE) as path:
        path.write_text(workspace_definition(made) + "\n", encoding="utf-8")
    if not reason:
        try:
            terminal.messages.print(f"Dashboard of {sweep.experiment}: {made.save().url}", markup=False, soft_wrap=True)
            return folder / FILE
        except Exception as error:  # whatever wandb raises: the definition is on the disk
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
    again = f"hito dashboard {sweep.experiment}"
    terminal.messages.print(
        f"Dashboard of {sweep.experiment}: {folder / FILE} (not sent: {reason}; to send it later: {again})",
        markup=False,
        soft_wrap=True,
    )
    return folder / FILE


def curves_of(records: Sequence[Record], folder: Path) -> dict[str, list[str]]:
    """By figure ("validation_accuracy") the history keys that the runs have told it under, first replicates first."""
    found: dict[str, dict[str, None]] = {}
    for record in records:
        path = folder / record.id / "curves.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for figure in row:
                    if re.fullmatch(r"(train|validation)_\w+", figure):
                        found.setdefault(figure, {})[f"{row['network']}-{row['replicate']}/{figure}"] = None
    return {figure: list(keys) for figure, keys in found.items()}


def figures_of(records: Sequence[Record]) -> list[str]:
    """Names of the figures that the runs have."""
    paths = [Path(one) for record in records for one in record.artifacts]
    return list(dict.fromkeys(path.stem for path in paths if path.parts[0] == "figures" and path.suffix == ".png"))
