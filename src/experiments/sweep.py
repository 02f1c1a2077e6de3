"""Many jobs, one table."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from omegaconf import DictConfig, OmegaConf

from components.errors import HitoError
from experiments import screen
from experiments.execute import RunFailedError
from experiments.record import Record
from experiments.report import report_sweep
from experiments.summary import summarise


def sweep(
    config: DictConfig,
    launcher: Launcher,
    batches: Sequence[Sequence[Sequence[str]]],
) -> list[Record]:
    """Launch every job, write `summary.csv` and `report.html`, print the table.

    Args:
        config: The configuration of the sweep, Hydra's part included.
        launcher: Runs a batch of jobs, each a list of overrides.
        batches: All jobs; their words are known to be right.

    Raises:
        RunFailedError: When a job failed, after all others are done.
    """
    screen.set_up()
    HydraConfig.instance().set_config(config)  # the configuration names its task through it
    total = sum(len(batch) for batch in batches)
    screen.messages.print(f"[bold]{config.name}[/]: {total} run{'s' if total != 1 else ''}")
    results: list[JobReturn] = []
    for batch in batches:
        results += launcher.launch(batch, initial_job_idx=len(results))
    return end(config, [record_of(result, config.name) for result in results])


def end(config: DictConfig, records: list[Record]) -> list[Record]:
    """Write `summary.csv` and `report.html` of these runs, print the table, and give the records back.

    Raises:
        RunFailedError: When one of them failed.
    """
    published: Any = OmegaConf.to_container(config.published, resolve=True)
    baseline: Any = OmegaConf.to_container(config.baseline) if config.baseline else None
    folder = Path(config.output) / config.name
    summarise(records, folder, published, baseline)
    report_sweep(records, folder, published)
    failed = [record for record in records if record.status not in {"done", "pruned"}]
    if failed:
        raise RunFailedError(f"{len(failed)} of {len(records)} runs failed; the table gives each its reason.")
    return records


def record_of(result: JobReturn, name: str) -> Record:
    """The record of a job: the one in its folder, or one made of the error where it did not get as far as a folder."""
    value = result._return_value  # the property raises a failed job's error here
    if isinstance(value, str):
        record = Record.read(Path(value))
        if record:  # it may have been made in other words, which say less of this sweep's axes
            return replace(record, overrides=[str(one) for one in result.overrides or record.overrides])
        value = RuntimeError(f"no record in {value}")
    reason = str(value) if isinstance(value, HitoError) else f"{type(value).__name__}: {value}"
    overrides = [str(one) for one in result.overrides or ()]
    choices = dict(word.split("=", 1) for word in overrides if "=" in word)
    return Record(id="", status="failed", task="", experiment=name, overrides=overrides, choices=choices, error=reason)
