"""The results of a sweep for its experiment tracker: one more run that sums up the others."""

import json
from pathlib import Path
from typing import Literal

from omegaconf import DictConfig

from components.storage import atomic_path, digest
from experiments.config import instantiate, resolved

FILE = ".tracked.json"
"""Hash of the table and tracker settings that were last passed to the tracker."""


def track_sweep(config: DictConfig, folder: Path, status: Literal["done", "failed"]) -> None:
    """Pass the table and the report of a sweep to its tracker, unless it was given the same table before.

    Args:
        config: Configuration of the sweep.
        folder: Folder of the experiment, with `summary.csv` and `report.html`.
        status: "failed" if a run failed.
    """
    table, report = folder / "summary.csv", folder / "report.html"
    if not (table.is_file() and report.is_file()):
        return  # a warning said why the report could not be written
    node = resolved(config.tracker)
    key = digest(table.read_bytes(), json.dumps(node, sort_keys=True))
    marker = folder / FILE
    if marker.is_file() and marker.read_text(encoding="utf-8") == key:
        return
    overrides = {"overrides": list(config.hydra.overrides.task)}
    instantiate(node, "tracker").sweep(
        name=str(config.name), config=overrides, folder=folder, table=table, report=report, status=status
    )
    with atomic_path(marker) as path:
        path.write_text(key, encoding="utf-8")
