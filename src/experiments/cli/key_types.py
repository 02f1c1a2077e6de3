"""Finds what the value of a key may be, in the configuration that the options on the command line make."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.cli.suggestions import is_group, single_overrides
from experiments.config import (
    Alternatives,
    compose_config,
    items_of,
    kinds,
    of_annotation,
    parameters,
    type_of_key,
)

UNKNOWN: tuple[Alternatives, bool] = ((), False)


class KeyTypes:
    """The types of keys, by the annotations of the components that the command line chooses."""

    def __init__(self, words: Sequence[str], config_name: str, *, sweep: bool | None = None) -> None:
        """Keep the words; they are composed when the first type is asked for.

        Args:
            words: The command line, options of Hydra among them.
            config_name: Primary configuration.
            sweep: Whether several values of a key make several runs; None: as the words say.
        """
        self.words, self.config_name, self._sweep = list(words), config_name, sweep

    @cached_property
    def _config(self) -> dict[str, Any] | None:
        """The configuration with the options that the words choose, Hydra's part included; None if it is wrong."""
        try:
            overrides = [override for override in map(_parsed, self.words) if override is not None]
            options = [override for override in overrides if is_group(override) or _is_search_path(override)]
            config = compose_config(single_overrides(options), self.config_name, return_hydra_config=True)
        except (HydraException, OmegaConfBaseException):
            return None
        values = OmegaConf.to_container(config, resolve=False)
        assert isinstance(values, dict)
        return {str(key): value for key, value in values.items()}

    @cached_property
    def is_sweep(self) -> bool:
        """Whether several values of a key make several runs."""
        if self._sweep is not None:
            return self._sweep
        if {"-m", "--multirun"} & set(self.words) or "hydra.mode=MULTIRUN" in self.words:
            return True
        hydra = (self._config or {}).get("hydra", {})
        return "MULTIRUN" in str(hydra.get("mode"))

    @staticmethod
    def is_group(key: str) -> bool:
        """Return whether a key is a group whose value names an option."""
        override = _parsed(f"{key}=x")
        return override is not None and is_group(override)

    def has(self, key: str) -> bool:
        """Return whether the configuration has the first part of a key, or cannot be composed."""
        return self._config is None or key.partition(".")[0] in self._config

    def mapping(self, key: str) -> Mapping[str, Any] | None:
        """Return the mapping that the configuration has under a dotted key; None if it has none."""
        node: Any = self._config
        for part in key.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node if isinstance(node, Mapping) else None

    def of(self, key: str) -> tuple[Alternatives, bool]:
        """Return what the value of a dotted key may be, and whether it is a key of a mapping that takes any."""
        if self._config is None:
            return UNKNOWN
        parts = key.split(".")
        node: Any = self._config
        alternatives: Alternatives = ()
        for index, part in enumerate(parts):
            if "mapping" in kinds(alternatives):
                alternatives = items_of(alternatives, "mapping") or ()
                if index == len(parts) - 1:
                    return alternatives, True
                node = None
                continue
            target = node.get("_target_") if isinstance(node, Mapping) else None
            if target:
                parameter = (parameters(str(target)) or {}).get(part)
                alternatives = of_annotation(parameter.annotation, parameter.module) if parameter else ()
            else:
                alternatives = type_of_key(".".join(parts[: index + 1]), self._config)
            node = node.get(part) if isinstance(node, Mapping) else None
        return alternatives, False


def _parsed(word: str) -> Override | None:
    if word.startswith("-") or ("=" not in word and not word.startswith("~")):
        return None
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException:
        return None


def _is_search_path(override: Override) -> bool:
    return override.key_or_group in {"hydra.searchpath", "hydra.mode"}
