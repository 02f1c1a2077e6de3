"""Names of runs: the options of the groups that matter to their task."""

from experiments.config import module_constant
from experiments.runs.record import Record

CONSTANT = "NAMED_BY"
"""Constant of a task's module: the configuration groups whose options name a run of the task, in this order."""

DEFAULTS = frozenset({"none", "closed", "exact"})
"""Options that are left out of a name."""


def label_of(record: Record) -> str:
    """Return the name of a run by its components: "cnn · thesis"; the task's name if it has none.

    Which groups count is read from the source of the task's module (`NAMED_BY`), which is not imported.
    """
    task = str(record.config.get("task", {}).get("_target_", ""))
    options = [record.choices.get(group, "") for group in module_constant(task, CONSTANT) or ()]
    return " · ".join(option for option in options if option and option not in DEFAULTS) or record.task
