"""One page a sweep: `report.html`, offline and in one file, made of the records of the runs."""

from experiments.cli.report import report_command
from experiments.report.page import FILE, LIMIT, write_report
from experiments.report.sweep_file import Sweep, read_sweep, store_sweep
from experiments.sweeps.report_of_sweep import report_sweep

__all__ = ["FILE", "LIMIT", "Sweep", "read_sweep", "report_command", "report_sweep", "store_sweep", "write_report"]
