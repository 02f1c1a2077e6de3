"""In what the configurations of two runs differ, in as few words as say it."""

import json
from collections.abc import Mapping
from typing import Any

from experiments.runs import Record, without_result_free

WHERE = ("data.root", "data.path")
"""Where photos lie; what they are is their fingerprint."""


def configuration_difference(before: Record, after: Record) -> list[str]:
    """Lines such as "backbone: cnn → timm" or "training.epochs: 25 → 15"; none where nothing differs.

    Where another option of a group was taken its name says it, and the group's values, which come with it, are
    left out. What cannot change a result is no difference; other photos and another version of hito are.
    """
    lines, covered = [], ["name", *WHERE]
    for group in sorted({*before.choices, *after.choices}, key=lambda one: (one.count("/"), one)):
        old, new = before.choices.get(group, "none"), after.choices.get(group, "none")
        key = group.replace("/", ".")
        used = group.split("/")[0] in before.config or group.split("/")[0] in after.config
        if old != new and used and not _below(key, covered):
            lines.append(f"{group}: {old} → {new}")
            covered.append(key)
    old_values, new_values = _leaves(before.config), _leaves(after.config)
    for key in sorted({*old_values, *new_values}):
        old, new = old_values.get(key, "–"), new_values.get(key, "–")
        if old != new and not _below(key, covered):
            lines.append(f"{key}: {old} → {new}")
    if before.data.get("fingerprint") != after.data.get("fingerprint") and not _below("data", covered):
        lines.append(f"photos: {before.data.get('photos', '?')} → {after.data.get('photos', '?')}, of other content")
    if before.code != after.code:
        lines.append(f"version of hito: {before.code[:7]} → {after.code[:7]}")
    return lines


def _below(key: str, covered: list[str]) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in covered)


def _leaves(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Values that can change a result, by their dotted key, as the command line writes them."""
    leaves: dict[str, str] = {}
    for key, value in without_result_free(config).items():
        if isinstance(value, Mapping) and value:
            leaves |= _leaves(value, f"{prefix}{key}.")
        else:
            leaves[f"{prefix}{key}"] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return leaves
