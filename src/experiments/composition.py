"""The configurations of a sweep's jobs: what they share is read and merged once."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import CachingConfigRepository
from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf


@dataclass(frozen=True)
class Composed:
    """The configuration of one job.

    Attributes:
        config: The job's own, as Hydra composes it, without Hydra's part.
        hydra: A configuration with Hydra's part, which the job's may refer to.
        overrides: The words that make this job what it is.
    """

    config: DictConfig
    hydra: DictConfig
    overrides: tuple[str, ...]

    def nodes(self) -> dict[str, Any]:
        """The configuration resolved to plain values; raises OmegaConf's errors where it cannot be."""
        HydraConfig.instance().cfg = self.hydra  # type: ignore[assignment]
        return resolved(self.config)

    def choices(self) -> dict[str, str]:
        """The option taken of each group."""
        return choices_of(self.hydra.hydra.runtime.choices)


def resolved(config: DictConfig) -> dict[str, Any]:
    """A job's configuration as plain values; nothing may be missing."""
    values = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def choices_of(choices: Mapping[Any, Any]) -> dict[str, str]:
    """The options of hito's groups; where the work is done and who asks for it are none of the run's."""
    return {
        str(key): str(value)
        for key, value in choices.items()
        if str(key).partition("/")[0] not in {"hydra", "launcher", "sweeper"}
    }


class Composer:
    """Composes jobs of one sweep as Hydra does, in a tenth of the time.

    Hydra reads every file and merges every group anew for each job, 60 ms on a laptop. Here the files are read once,
    the groups are merged once for all jobs that take the same options, and only values are set for each job. A test
    holds the result to Hydra's own.
    """

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        """Compose jobs of the sweep whose configuration is `master`; `loader` is Hydra's own."""
        shared: list[str] = list(master.hydra.overrides.hydra)
        self._loader = _ReadsOnce(loader.get_search_path())
        self._name = master.hydra.job.config_name
        self._hydra_overrides = shared
        self._repository = self._loader.reading(self._name, shared)
        self._parser = OverridesParser.create()
        self._bases: dict[tuple[str, ...], tuple[DictConfig, DictConfig]] = {}

    def __call__(self, overrides: Sequence[str]) -> Composed:
        """The configuration of the job with these words; raises Hydra's own errors where they are wrong."""
        parsed = self._parser.parse_overrides(list(overrides))
        groups = [one for one in parsed if not self._is_value(one)]
        values = [one for one in parsed if self._is_value(one)]
        words = tuple(str(one.input_line) for one in groups)
        if words not in self._bases:
            base = self._loader.load_configuration(self._name, [*self._hydra_overrides, *words], run_mode=RunMode.RUN)
            self._bases[words] = _parted(base)
        own, hydra = self._bases[words]
        config = copy.deepcopy(own)
        ConfigLoaderImpl._apply_overrides_to_config(values, config)
        return Composed(config, hydra, tuple(overrides))

    def _is_value(self, override: Override) -> bool:
        if override.key_or_group.startswith("hydra."):
            return False
        return isinstance(override.value(), dict) or not self._repository.group_exists(override.key_or_group)


def _parted(config: DictConfig) -> tuple[DictConfig, DictConfig]:
    """A job's own configuration, and Hydra's part of it."""
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    OmegaConf.set_struct(own, True)
    hydra = OmegaConf.masked_copy(config, "hydra")
    hydra.hydra._set_parent(config)  # as `HydraConfig.set_config` does: Hydra's part refers to the job's
    return own, hydra


class _ReadsOnce(ConfigLoaderImpl):
    """Hydra's loader, which reads a file of the configuration once and not once a job."""

    _shared: CachingConfigRepository | None = None

    def reading(self, name: str | None, overrides: list[str]) -> CachingConfigRepository:
        """The files that these words (`hydra.searchpath` is one) let it see, each kept once read."""
        if self._shared is None:
            _, self._shared = super()._parse_overrides_and_create_caching_repo(name, overrides)
        return self._shared

    def _parse_overrides_and_create_caching_repo(
        self, config_name: str | None, overrides: list[str]
    ) -> tuple[list[Override], CachingConfigRepository]:
        parsed: list[Override] = OverridesParser.create().parse_overrides(overrides)
        return parsed, self.reading(config_name, overrides)
