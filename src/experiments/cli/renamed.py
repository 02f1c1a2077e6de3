"""Keys and options that were renamed: what is typed by its old name is answered with the new one."""

import re
import shlex
from collections.abc import Iterable

from components.errors import ConfigError
from experiments.cli.arguments import UsageError

RENAMED_KEYS = {
    "acceptance": "target_tpr",
    "detector.top": "detector.top_k",
    "embedder.first_wait": "embedder.initial_backoff",
    "embedder.prices_of": "embedder.price_date",
    "embedder.usd_a_photo": "embedder.usd_per_photo",
    "embedder.usd_a_thousand_characters": "embedder.usd_per_1000_characters",
    "features.first_wait": "features.initial_backoff",
    "features.prices_of": "features.price_date",
    "features.usd_a_photo": "features.usd_per_photo",
    "features.usd_a_thousand_characters": "features.usd_per_1000_characters",
    "leaks": "on_leak",
    "location.looks": "location.visual_prior",
    "location/looks": "location/visual_prior",
    "mean_over": "aggregate_over",
    "published": "reference_results",
    "risk": "max_error_rate",
    "runs": "if_exists",
    "shown": "table_metrics",
    "tested": "n_test",
    "top": "top_k",
}
"""Keys of the configuration: old name to new name. A key below one of them is renamed with it."""

RENAMED_METRICS = {
    "fpr95": "fpr95_known",
    "fpr95_known_unknowns": "fpr95_known_known_unknowns",
    "fpr95_new_unknowns": "fpr95_known_new_unknowns",
}
"""Metrics: old name to new name."""

RENAMED_VALUES = {
    "baseline": {"beside": "reference"},
    "experiment": {"search/languages": "extend/languages", "search/zero_shot": "extend/zero_shot"},
    "faults": {"planted": "injected"},
    "if_exists": {"fresh": "overwrite"},
    "location/displacement": {"planted": "injected"},
    "metric": RENAMED_METRICS,
    "query": {"asked": "ad_hoc"},
    "table_metrics": RENAMED_METRICS,
}
"""Options of a group, or words in the value of a key: by the new name of the key, old name to new name."""

_VALUE_WORD = re.compile(r"[\w/]+")


def check_renamed(words: Iterable[str]) -> None:
    """Raise UsageError for the first override that uses an old name.

    Args:
        words: Arguments of the command line; those for Hydra's own options may be among them.
    """
    for word in words:
        typed, equals, value = word.partition("=")
        key, at, package = typed.lstrip("+~").partition("@")
        prefix = typed.removesuffix(f"{key}{at}{package}")
        new_key = renamed_key(key)
        new_value = _renamed_value(new_key, value)
        instead = shlex.quote(f"{prefix}{new_key}{at}{package}{equals}{new_value}")
        if new_key != key:
            raise UsageError(f"{key} is now called {new_key}: type {instead}")
        if new_value != value:
            values = RENAMED_VALUES[key]
            old = next(found for found in _VALUE_WORD.findall(value) if found in values)
            raise UsageError(f"{key}={old} is now called {key}={values[old]}: type {instead}")


def check_renamed_keys(keys: Iterable[str]) -> None:
    """Raise ConfigError for the first top-level key of a configuration that has an old name.

    Hydra merges any key of a configuration file, so that an old name in a file of your own would have no effect.
    """
    for key in keys:
        if key in RENAMED_KEYS:
            raise ConfigError(f"{key} is now called {RENAMED_KEYS[key]}: rename the key in your configuration file")


def check_renamed_metrics(names: Iterable[str]) -> None:
    """Raise ConfigError for the first metric of `table_metrics` in a configuration that has an old name."""
    for name in names:
        if name in RENAMED_METRICS:
            raise ConfigError(
                f"table_metrics: {name} is now called {RENAMED_METRICS[name]}: rename it in your configuration file"
            )


def renamed_key(key: str) -> str:
    """Return the new name of a key, or of a key below it; the key itself if it was not renamed."""
    for old, new in RENAMED_KEYS.items():
        if key == old or key.startswith((f"{old}.", f"{old}/")):
            return new + key.removeprefix(old)
    return key


def _renamed_value(key: str, value: str) -> str:
    values = RENAMED_VALUES.get(key, {})
    return _VALUE_WORD.sub(lambda found: values.get(found[0], found[0]), value)
