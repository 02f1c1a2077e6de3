"""Types of the keys that belong to no component: those that tasks share or read alone, and those of two groups."""

from collections.abc import Mapping

from experiments.config.signatures import parameters
from experiments.config.value_types import Alternatives, of_annotation, of_text

SHARED_KEYS = {
    "name": "Path",  # below the output folder
    "filters": "Mapping[str, Any] | None",
    "classes": "Sequence[ClassName] | None",
    "rename_classes": "Mapping[str, ClassName] | Sequence[Sequence[ClassName]] | None",
    "min_photos": "int | None",
    "max_photos": "int | None",
    "seed": "int",
    "replicates": "int",
    "resplit": "bool",
    "on_leak": "Literal['error', 'warn', 'ignore']",
    "device": "str",
    "output": "Path",
    "if_exists": "Literal['resume', 'retry', 'overwrite']",
    "baseline": "Mapping[str, Any] | Sequence[Mapping[str, Any]] | None",
    "aggregate_over": "str | None",
    "table_metrics": "Sequence[str]",
    "reference_results": "Mapping[str, Any]",
    "photo_map": "Path | None",
    "host": "str",
    "port": "int",
    "classifier": "Path | None",
    "calibration": "Path | None",
    "matcher": "Path | None",
    "index": "Path | None",
    "k_max": "int",
    "top_k": "int",
    "n_test": "int",
    "learning_rates": "Sequence[float]",
    "target_tpr": "float",
    "label_noise": "float",
    "max_error_rate": "float",
    "existing": "Manifest | None",
    "features": "Embedder",
    "launcher.workers": "int | None",
    "launcher.threads": "int | None",
    "launcher.address": "str | None",
    "launcher.cpus": "float",
    "launcher.gpus": "float | None",
    "launcher.timeout_min": "int",
    "launcher.partition": "str | None",
    "launcher.mem_gb": "float",
    "sweeper.objective": "str",
    "sweeper.direction": "Literal['maximize', 'minimize'] | None",
    "sweeper.n_trials": "int",
    "sweeper.n_jobs": "int",
    "sweeper.seed": "int",
}
"""The annotation of each key."""


def type_of_key(key: str, nodes: Mapping[str, object]) -> Alternatives:
    """Return what the value of a key that belongs to no component may be; () if nothing is known about it.

    Args:
        key: A key at the top of the configuration, or one of a group without a component.
        nodes: The configuration; its task reads further keys.
    """
    if key in SHARED_KEYS:
        return of_text(SHARED_KEYS[key])
    task = nodes.get("task")
    target = str(task.get("_target_", "")) if isinstance(task, Mapping) else ""
    parameter = (parameters(target) or {}).get(key) if target else None
    return of_annotation(parameter.annotation, parameter.module) if parameter else ()
