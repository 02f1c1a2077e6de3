"""The end of a sweep, for who follows its runs: one more run that sums them up."""

import json
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from components.storage import atomic_path, digest
from experiments.config import instantiate, resolved

FILE = ".tracked.json"


def tell_tracker(config: DictConfig, folder: Path, status: Any) -> None:
    """Give the sweep's table and report to its tracker, unless it was given this very table before.

    Args:
        config: The configuration of the sweep.
        folder: Of the experiment, with `summary.csv` and `report.html`.
        status: done, or failed when a run failed.
    """
    table, report = folder / "summary.csv", folder / "report.html"
    if not (table.is_file() and report.is_file()):
        return  # why there is no report was said when it was to be written
    node = resolved(config.tracker)
    key = digest(table.read_bytes(), json.dumps(node, sort_keys=True))
    marker = folder / FILE
    if marker.is_file() and marker.read_text(encoding="utf-8") == key:
        return
    words = {"words": list(config.hydra.overrides.task)}
    instantiate(node, "tracker").sweep(
        name=str(config.name), config=words, folder=folder, table=table, report=report, status=status
    )
    with atomic_path(marker) as path:
        path.write_text(key, encoding="utf-8")
