"""The end of a sweep: table, report and tracker, and an error if a run failed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from experiments.runs import Record, RunFailedError
from experiments.summary import TableOptions
from experiments.sweeps.table_and_report import write_table_and_report
from experiments.sweeps.track import track_sweep

OPTIONS = ("reference_results", "baseline", "table_metrics", "aggregate_over")


def finish_sweep(config: DictConfig, records: list[Record], figures: Sequence[str] = ()) -> list[Record]:
    """Write `summary.csv` and `report.html`, print the table, pass them to the tracker, and return the records.

    Args:
        config: Configuration of the sweep.
        records: Its runs.
        figures: File names of the figures of the sweep as a whole, in the experiment's folder.

    Raises:
        RunFailedError: If a run failed.
    """
    folder = Path(config.output) / config.name
    write_table_and_report(records, folder, table_options(config), figures)
    failed = [record for record in records if record.status not in {"done", "pruned"}]
    track_sweep(config, folder, "failed" if failed else "done")
    if failed:
        again = "" if config.if_exists == "retry" else "; if_exists=retry runs them again"
        raise RunFailedError(f"{len(failed)} of {len(records)} runs failed; the table shows the reason of each{again}.")
    return records


def table_options(config: DictConfig) -> TableOptions:
    """Return what the configuration says about tables; raises ConfigError for an unknown or missing key."""
    return TableOptions.of({key: _resolved(config[key]) for key in OPTIONS})


def _resolved(value: Any) -> Any:
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
