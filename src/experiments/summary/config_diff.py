"""In what the configurations of two runs differ."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from experiments.config import flatten
from experiments.runs import Record, without_result_free

ABSENT = "–"

DATA_PATHS = ("data.root", "data.path")
"""Where photos lie; photos are compared by their fingerprint."""


def configuration_difference(before: Record, after: Record) -> list[str]:
    """Return lines such as "backbone: cnn → timm" or "training.epochs: 25 → 15"; none if nothing differs.

    If another option of a configuration group was chosen, the line names the options, and values that come with them
    are left out. Keys that cannot change a result are skipped; other photos and another version of hito are
    differences.
    """
    lines, covered = [], ["name", *DATA_PATHS]
    for group in sorted({*before.choices, *after.choices}, key=lambda group: (group.count("/"), group)):
        old, new = before.choices.get(group, "none"), after.choices.get(group, "none")
        key = group.replace("/", ".")
        used = group.split("/")[0] in before.config or group.split("/")[0] in after.config
        if old != new and used and not _is_covered(key, covered):
            lines.append(f"{group}: {old} → {new}")
            covered.append(key)
    old_values, new_values = (flat_texts(without_result_free(record.config)) for record in (before, after))
    for key in sorted({*old_values, *new_values}):
        old, new = old_values.get(key, ABSENT), new_values.get(key, ABSENT)
        if old != new and not _is_covered(key, covered):
            lines.append(f"{key}: {old} → {new}")
    if before.data.get("fingerprint") != after.data.get("fingerprint") and not _is_covered("data", covered):
        lines.append(f"photos: {before.data.get('photos', '?')} → {after.data.get('photos', '?')}, of other content")
    if before.code != after.code:
        lines.append(f"version of hito: {before.code[:7]} → {after.code[:7]}")
    return lines


def flat_texts(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the leaves of a nested configuration by dotted key, each as the command line writes it."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in flatten(config).items()
    }


def _is_covered(key: str, covered: Iterable[str]) -> bool:
    """Whether the key is one of the covered ones, or lies below one."""
    return any(key == above or key.startswith(f"{above}.") for above in covered)
