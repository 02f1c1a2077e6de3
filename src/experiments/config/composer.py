"""Compose the configurations of a sweep's jobs; what the jobs share is composed once.

Hydra reads every file and merges every group anew for each job, which takes 60 ms on a laptop. `Composer` reuses what
Hydra composed for an earlier job, with Hydra's public interface alone: `ConfigLoader.load_sweep_config` composes,
`compute_defaults_list` names the files of a configuration, and `get_sources` reads them (`option_files`). Whatever
cannot be derived safely from another job is composed by Hydra itself. `tests/experiments/config/test_composer.py`
compares the result with Hydra's own, for drawn options of all groups.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from hydra.core.config_loader import ConfigLoader
from hydra.core.default_element import ResultDefault
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.config.compose import choices_of, resolved
from experiments.config.option_files import OptionFiles

HYDRA_REFERENCE = re.compile(r"\$\{hydra:(?!runtime\.choices\b)")
"""A reference to a part of Hydra's configuration other than the options taken."""

INTERPOLATION = re.compile(r"\$\{([^}]+)\}")
"""A group that an entry of a defaults list takes its option from: `override hydra/sweeper: ${sweeper}`."""


@dataclass(frozen=True)
class Composed:
    """The configuration of one job.

    Attributes:
        config: The configuration as Hydra composes it, without Hydra's own part.
        hydra: Hydra's own part; of a job derived from another one, only the options taken of each group.
        overrides: The overrides of the job.
    """

    config: DictConfig
    hydra: DictConfig
    overrides: tuple[str, ...]

    def nodes(self) -> dict[str, Any]:
        """Return the configuration resolved to plain values, which are computed once: they are not to be changed.

        Raises:
            omegaconf.errors.OmegaConfBaseException: A value is missing or an interpolation cannot be resolved.
        """
        return self._nodes

    @cached_property
    def _nodes(self) -> dict[str, Any]:
        instance = HydraConfig.instance()
        before, instance.cfg = instance.cfg, self.hydra  # type: ignore[assignment]
        try:
            return resolved(self.config)
        finally:
            instance.cfg = before

    def choices(self) -> dict[str, str]:
        """Return the options taken of hito's groups."""
        return choices_of(self.hydra.hydra.runtime.choices)


class Composer:
    """Composes the jobs of one sweep.

    Jobs whose overrides differ in values only share one composed configuration. If they differ in an option of a group
    as well, that group alone is exchanged, provided that its file sets nothing but its own group.
    """

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        """Prepare to compose jobs.

        Args:
            loader: Hydra's configuration loader.
            master: The configuration of the sweep, Hydra's part included.
        """
        self._loader, self._master = loader, master
        self._files = OptionFiles(loader)
        self._parser = OverridesParser.create()
        self._shared: dict[tuple[str, ...], _Shared] = {}
        self._groups: dict[str, bool] = {}

    def __call__(self, overrides: Sequence[str]) -> Composed:
        """Return the configuration of the job with these overrides.

        Raises:
            hydra.errors.HydraException: An override is wrong.
        """
        try:
            found = self._derived(overrides)
        except (HydraException, OmegaConfBaseException):
            found = None
        if found is None:  # Hydra also words the error if an override is wrong
            whole = self._loader.load_sweep_config(self._master, list(overrides))
            found = Composed(own_part(whole), hydra_part(whole), tuple(overrides))
        return found

    def _derived(self, overrides: Sequence[str]) -> Composed | None:
        """Return the configuration derived from one that another job shares; None if that cannot be done."""
        parsed = self._parser.parse_overrides(list(overrides))
        values = [override for override in parsed if self._is_value(override)]
        groups = [override for override in parsed if override not in values]
        exchangeable = [override for override in groups if self._is_exchangeable(override)]
        options = {override.key_or_group: str(override.value()) for override in exchangeable}
        shared = self._shared_by([override for override in groups if override not in exchangeable])
        repeated = len(options) < len(exchangeable)
        if repeated or any(map(HYDRA_REFERENCE.search, overrides)) or not all(map(shared.can_take, options.items())):
            options, shared = {}, self._shared_by(groups)
        config = copy.deepcopy(shared.config)
        for group, option in options.items():
            config[group] = shared.part(group, option)
        if not all(_apply(override, config) for override in values):
            return None
        choices = {**shared.hydra.hydra.runtime.choices, **options}
        hydra = OmegaConf.create({"hydra": {"runtime": {"choices": choices}}}) if options else shared.hydra
        return Composed(config, hydra, tuple(overrides))

    def _is_value(self, override: Override) -> bool:
        """Return whether an override sets a value, not an option of a group."""
        key = override.key_or_group
        if key.startswith("hydra."):
            return False
        if key not in self._groups:
            name, shared = self._master.hydra.job.config_name, list(self._master.hydra.overrides.hydra)
            self._groups[key] = bool(self._loader.get_group_options(key, None, name, shared))
        return isinstance(override.value(), dict) or not self._groups[key]

    def _is_exchangeable(self, override: Override) -> bool:
        """Return whether an override is GROUP=OPTION and the option sets nothing but its group."""
        option = override.value()
        plain = override.package is None and override.type == OverrideType.CHANGE and isinstance(option, str)
        return plain and self._files.sets_its_group_only(override.key_or_group, str(option))

    def _shared_by(self, groups: Sequence[Override]) -> "_Shared":
        """Return the configuration with these options, composed by Hydra on the first call."""
        words = [str(override.input_line) for override in groups]
        if tuple(words) not in self._shared:
            whole = self._loader.load_sweep_config(self._master, words)
            all_words = [*self._master.hydra.overrides.hydra, *words]
            name = self._master.hydra.job.config_name
            defaults = self._loader.compute_defaults_list(name, all_words, RunMode.RUN).defaults
            self._shared[tuple(words)] = _Shared(whole, defaults, self._files)
        return self._shared[tuple(words)]


class _Shared:
    """A composed configuration in which options of groups can be exchanged for others."""

    def __init__(self, whole: DictConfig, defaults: Sequence[ResultDefault], files: OptionFiles) -> None:
        self.config, self.hydra = own_part(whole), hydra_part(whole)
        self._files = files
        self._parts: dict[tuple[str, str], Any] = {}
        self._can_take: dict[tuple[str, str], bool] = {}
        self._defaults = [default for default in defaults if not (default.package or "").startswith("hydra")]
        found = [files.file(default.config_path or "") for default in self._defaults]
        entries = [str(entry) for file in found if file for entry in file.defaults]
        self._taken_elsewhere = set(INTERPOLATION.findall(" ".join(entries)))
        self._fixed = None in found or HYDRA_REFERENCE.search(OmegaConf.to_yaml(self.config)) is not None

    def can_take(self, choice: tuple[str, str]) -> bool:
        """Return whether another option of a group would change the keys of the group and nothing else.

        Args:
            choice: The group and the option.
        """
        if choice not in self._can_take:
            group, option = choice
            taken = [default for default in self._defaults if default.override_key == group]
            self._can_take[choice] = (
                not self._fixed
                and len(taken) == 1
                and taken[0].package == group
                and group not in self._taken_elsewhere
                and self._files.sets_its_group_only(group, str(taken[0].config_path).removeprefix(f"{group}/"))
                and HYDRA_REFERENCE.search(OmegaConf.to_yaml(self.part(group, option))) is None
            )
        return self._can_take[choice]

    def part(self, group: str, option: str) -> Any:
        """Return the keys of a group with this option: all files that set some of them, merged in their order."""
        if (group, option) not in self._parts:
            merged = OmegaConf.create()
            for default in self._defaults:
                taken = replace(default, config_path=f"{group}/{option}") if default.override_key == group else default
                content = self._files.embedded(taken)
                if content is not None and group in content:
                    merged.merge_with(OmegaConf.masked_copy(content, group))
            self._parts[group, option] = merged[group]
        return self._parts[group, option]


def own_part(whole: DictConfig) -> DictConfig:
    """Return a composed configuration without Hydra's part; keys that are not in it can only be added with `+`."""
    own = OmegaConf.masked_copy(whole, [str(key) for key in whole if key != "hydra"])
    OmegaConf.set_struct(own, True)
    OmegaConf.copy_cache(from_config=whole, to_config=own)
    return own


def hydra_part(whole: DictConfig) -> DictConfig:
    """Return Hydra's part of a composed configuration, which can refer to the rest of it."""
    instance = HydraConfig.instance()
    before = instance.cfg
    instance.set_config(whole)
    found: Any = instance.cfg
    instance.cfg = before
    return cast("DictConfig", found)


def _apply(override: Override, config: DictConfig) -> bool:
    """Set a value as Hydra does; return False, without setting it, for what is left to Hydra (deletions, errors)."""
    key, value = override.key_or_group, override.value()
    if override.package is not None or override.is_delete():
        return False
    added = override.is_add() and not isinstance(value, dict | list)
    if added and OmegaConf.select(config, key, throw_on_missing=False) is not None:
        return False
    OmegaConf.update(config, key, value, merge=True, force_add=override.is_add() or override.is_force_add())
    return True
